internal import Diagnostics
internal import Dispatch
internal import Glibc
internal import Identity
internal import Queues
internal import Synchronization
internal import Telemetry

/// Looks up the processes that connections come from, on a queue of its own.
///
/// Shared by the processors of one section: a connection is looked up once for all pipelines. What came meanwhile is
/// looked up together, and between two passes there is rest in proportion to what the first took.
final class SenderDirectory: Sendable {
  /// No more connections than this wait for a look-up; more go without.
  static let waitingLimit = 4096
  /// How long one pass over the processes may take.
  static let passLimit = Duration.seconds(2)
  /// The rest between two passes, in times of what the first took: at most a fifth of a processor is used.
  static let restFactor = 4
  /// How long a sender that closed its end may stay pending.
  ///
  /// The kernel tells of a connection when its end is acknowledged: where this side had read all before the end came, and
  /// has not answered yet, that is only when the acknowledgement that the kernel holds back for 40 ms is due, at the
  /// tick after. Batches wait for 100 ms by default.
  static let patience = Duration.milliseconds(80)
  /// The least time between two passes where a sender is still pending.
  private static let retryNanoseconds: Int64 = 10_000_000

  private struct Look {
    let sender: ConnectionSender
    let since: MonotonicTime
  }

  private struct Inbox {
    var waiting: [Look] = []
    /// How many are being looked up, and may have to wait again.
    var lookedUp = 0
    var isScheduled = false
    var log: Log?
  }

  /// For each sender the program for what it sends, or why there is none, or that it may be told of soon; called on the
  /// directory's queue with the moment at which to stop, and a log.
  typealias Find = @Sendable ([ConnectionSender], MonotonicTime, Log?) -> [ConnectionSender.Answer]

  private let refreshInterval: Duration
  private let patience: Duration
  private let queue: DispatchQueue
  private let inbox = Mutex(Inbox())
  private let find: Find

  /// A directory that asks the kernel and makes programs as `make` says.
  convenience init(_ make: SenderProgram, refreshInterval: Duration) {
    let queue = DispatchQueue(label: "swiftlet.process_identity")
    let search = QueueBound(SenderSearch(), to: queue)
    self.init(on: queue, refreshInterval: refreshInterval) { senders, deadline, log in
      search.value.find(senders, make, until: deadline, log)
    }
  }

  /// A directory that asks `find`.
  init(
    on queue: DispatchQueue, refreshInterval: Duration,
    patience: Duration = SenderDirectory.patience, find: @escaping Find
  ) {
    self.queue = queue
    self.patience = patience
    self.refreshInterval = refreshInterval
    self.find = find
  }

  /// Where what goes wrong is told.
  func log(to log: Log) {
    inbox.withLock { $0.log = $0.log ?? log }
  }

  /// What is known of the connection's sender; looks it up where that is due.
  func sender(of connection: any SenderConnection) -> ConnectionSender {
    connection.kept(for: self) { ConnectionSender(connection) }
  }

  /// What to do with a batch that came from the sender.
  func answer(_ sender: ConnectionSender, _ clock: any ShardClock) -> ConnectionSender.Answer {
    let (answer, isDue) = sender.answer(at: clock.now)
    guard isDue else { return answer }
    let isTaken = inbox.withLock { inbox in
      guard inbox.waiting.count + inbox.lookedUp < SenderDirectory.waitingLimit else {
        return false
      }
      inbox.waiting.append(Look(sender: sender, since: .now))
      if !inbox.isScheduled {
        inbox.isScheduled = true
        queue.async { [self] in pass(clock) }
      }
      return true
    }
    if isTaken { return answer }
    settle(sender, .unknown(.full), clock)
    return .unknown(.full)
  }

  private func settle(
    _ sender: ConnectionSender, _ answer: ConnectionSender.Answer, _ clock: any ShardClock
  ) {
    sender.settle(answer, at: clock.now, refresh: refreshInterval)
  }

  /// Looks up all that wait; on the directory's queue.
  private func pass(_ clock: any ShardClock) {
    let (looks, log) = inbox.withLock { inbox in
      inbox.lookedUp = inbox.waiting.count
      return (exchange(&inbox.waiting, with: []), inbox.log)
    }
    let start = SenderDirectory.workNanoseconds()
    let answers = find(looks.map(\.sender), .now + SenderDirectory.passLimit, log)
    let now = MonotonicTime.now
    var pending: [Look] = []
    for (look, answer) in zip(looks, answers) {
      switch answer {
      case .pending where now - look.since < patience: pending.append(look)
      case .pending: settle(look.sender, .unknown(.closed), clock)
      default: settle(look.sender, answer, clock)
      }
    }
    inbox.withLock { inbox in
      inbox.waiting.append(contentsOf: pending)
      inbox.lookedUp = 0
    }
    let work = SenderDirectory.workNanoseconds() - start
    let rest = max(
      work * Int64(SenderDirectory.restFactor),
      pending.isEmpty ? 0 : SenderDirectory.retryNanoseconds)
    queue.asyncAfter(deadline: .now() + .nanoseconds(Int(rest))) { [self] in
      let hasMore = inbox.withLock { inbox in
        inbox.isScheduled = !inbox.waiting.isEmpty
        return inbox.isScheduled
      }
      if hasMore { pass(clock) }
    }
  }

  /// What this thread has worked: a pass that waits uses no processor.
  private static func workNanoseconds() -> Int64 {
    var time = timespec()
    // The pointer is valid for the call.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
