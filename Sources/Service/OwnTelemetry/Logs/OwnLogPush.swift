internal import Bytes
internal import Configuration
internal import Diagnostics
internal import Dispatch
internal import OTLP
internal import Queues
internal import Synchronization
internal import Telemetry

/// Sends own log lines to a backend as OTLP, in batches.
///
/// Any thread may write. Lines wait until the backend has taken them; beyond the limit the oldest are
/// lost and counted. Nothing here writes log lines, which would never end.
final class OwnLogPush: LogSink {
  /// The part that lives on the shard.
  private final class Sending {
    let backend: OwnBackend
    let body: OwnBody
    var isUnderWay = false
    var waiters: [@Sendable () -> Void] = []

    init(_ config: OwnBackendConfig, on shard: Shard) {
      backend = OwnBackend(config, .logs, on: shard)
      body = OwnBody(config)
    }
  }

  private struct Queue {
    var lines: [OwnLogRequest.Line] = []
    /// How many lines at the front are in a request that is under way.
    var inFlight = 0
    var isScheduled = false
  }

  let minimumLevel: LogLevel
  /// The lines that the backend has not taken and that are not kept any more.
  let lost = Counter()
  private let config: OwnLogsConfig
  private let resource: [(key: String, value: String)]
  private let queue = Mutex(Queue())
  private let sending = Mutex<ShardBound<Sending>?>(nil)

  /// A sink that keeps its lines until it is opened.
  init(
    _ config: OwnLogsConfig, minimumLevel: LogLevel, resource: [(key: String, value: String)]
  ) {
    self.config = config
    self.minimumLevel = minimumLevel
    self.resource = resource
  }

  func write(_ entry: LogEntry) {
    let line = OwnLogRequest.Line(entry: entry, time: .now())
    queue.withLock { queue in
      if queue.lines.count >= config.queueSize {
        // Lines of a request under way stay: their outcome is about to come.
        let index = min(queue.inFlight, queue.lines.count - 1)
        queue.lines.remove(at: index)
        queue.inFlight = min(queue.inFlight, index)
        lost.add()
      }
      queue.lines.append(line)
    }
    schedule(after: config.delay)
  }

  /// Begins to send, on `shard`.
  func open(on shard: Shard) {
    let opened = DispatchSemaphore(value: 0)
    shard.post { [self] in
      let made = ShardBound(Sending(config.backend, on: shard), to: shard)
      sending.withLock { $0 = made }
      opened.signal()
    }
    opened.wait()
    if !queue.withLock({ $0.lines.isEmpty }) { schedule(after: config.delay) }
  }

  /// Sends what is left once more, waits until `deadline` at most, and closes.
  func close(by deadline: DispatchTime) {
    guard let sending = sending.withLock({ $0 }) else { return }
    let sent = DispatchSemaphore(value: 0)
    sending.shard.post { [self] in
      sending.value.waiters.append { sent.signal() }
      send(sending.value)
    }
    _ = sent.wait(timeout: deadline)
    self.sending.withLock { $0 = nil }
    let closed = DispatchSemaphore(value: 0)
    sending.shard.post {
      sending.value.backend.stop()
      closed.signal()
    }
    _ = closed.wait(timeout: .now() + .seconds(1))
  }

  private func schedule(after delay: Duration) {
    guard let sending = sending.withLock({ $0 }) else { return }
    let isFirst = queue.withLock { queue in
      defer { queue.isScheduled = true }
      return !queue.isScheduled
    }
    guard isFirst else { return }
    sending.shard.post { [self] in
      sending.shard.schedule(after: delay) { [self] in
        queue.withLock { $0.isScheduled = false }
        send(sending.value)
      }
    }
  }

  /// Sends the first lines, unless a request is under way.
  private func send(_ sending: Sending) {
    guard !sending.isUnderWay else { return }
    let lines = queue.withLock { queue in
      let lines = Array(queue.lines.prefix(config.batchSize))
      queue.inFlight = lines.count
      return lines
    }
    guard !lines.isEmpty else { return announce(sending) }
    sending.isUnderWay = true
    let request = OwnLogRequest.encode(lines, resource: resource)
    sending.backend.send(sending.body.made(of: request), timeout: config.timeout) {
      [self] outcome in
      sending.isUnderWay = false
      ended(outcome, sending)
    }
  }

  private func ended(_ outcome: ExportOutcome, _ sending: Sending) {
    var isRetryable = false
    if case .failed(let error) = outcome { isRetryable = error.isRetryable }
    let left = queue.withLock { queue in
      if !isRetryable {
        if case .delivered(let rejected, _) = outcome {
          lost.add(Int(clamping: max(0, min(rejected, Int64(queue.inFlight)))))
        } else {
          lost.add(queue.inFlight)
        }
        queue.lines.removeFirst(queue.inFlight)
      }
      queue.inFlight = 0
      return queue.lines.count
    }
    if isRetryable {
      announce(sending)
      schedule(after: max(config.delay, config.retryDelay))
    } else if left >= config.batchSize || !sending.waiters.isEmpty {
      send(sending)
    } else if left > 0 {
      schedule(after: config.delay)
    }
  }

  private func announce(_ sending: Sending) {
    let waiters = sending.waiters
    sending.waiters = []
    for waiter in waiters { waiter() }
  }
}
