import Components
import ExporterSupport
import Queues
import Synchronization
import Telemetry

/// A sender that answers as a test tells it.
final class FakeSender: BatchSender {
  /// What a test sees of a sender, from any thread.
  final class Record: Sendable {
    struct State {
      var batches: [TelemetryBatch] = []
      var times: [MonotonicTime] = []
      var inFlight = 0
      var mostInFlight = 0
      var isOpen = false
    }
    let state = Mutex(State())
    var batches: [TelemetryBatch] { state.withLock { $0.batches } }
    var times: [MonotonicTime] { state.withLock { $0.times } }
    var mostInFlight: Int { state.withLock { $0.mostInFlight } }
    var isOpen: Bool { state.withLock { $0.isOpen } }
    /// What the next attempts answer: nil holds the attempt, behind the last all are delivered.
    let script = Mutex<[SendOutcome?]>([])
  }

  let shardCount: Int
  private let record: Record
  private let shard: Shard
  private let opens: Bool
  private let closes: Bool
  private let delay: (@Sendable () -> Duration)?
  private var held: [(SendOutcome) -> Void] = []

  init(
    _ record: Record, on shard: Shard, shardCount: Int = 1, opens: Bool = true, closes: Bool = true,
    delay: (@Sendable () -> Duration)? = nil
  ) {
    self.shardCount = shardCount
    self.record = record
    self.shard = shard
    self.opens = opens
    self.closes = closes
    self.delay = delay
  }

  func open(_ host: any Host) throws(ComponentError) {
    guard opens else { throw ComponentError("the destination cannot be opened") }
    record.state.withLock { $0.isOpen = true }
  }

  func close(_ done: @escaping () -> Void) {
    record.state.withLock { $0.isOpen = false }
    held = []
    if closes { done() }
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let now = shard.clock.now
    record.state.withLock { state in
      state.batches.append(batch)
      state.times.append(now)
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
    }
    let outcome = record.script.withLock { script -> SendOutcome? in
      script.isEmpty ? .delivered : script.removeFirst()
    }
    let answer = { (outcome: SendOutcome) in
      self.record.state.withLock { $0.inFlight -= 1 }
      done(outcome)
    }
    guard let outcome else {
      held.append(answer)
      return
    }
    if let delay { shard.schedule(after: delay()) { answer(outcome) } } else { answer(outcome) }
  }
}
