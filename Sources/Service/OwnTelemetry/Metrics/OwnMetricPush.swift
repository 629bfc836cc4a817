internal import Bytes
internal import Diagnostics
internal import Dispatch
internal import OTLP
internal import Queues
internal import Synchronization
internal import Telemetry

/// Sends the collector's own metrics to a backend as OTLP, once in each interval.
///
/// They are read and written on a queue of their own; a shard only sends the bytes. What the backend
/// does not take is not sent again: the next export tells the same sums, and more.
final class OwnMetricPush: Sendable {
  /// The part that lives on the shard.
  private final class Sending {
    let backend: OwnBackend
    var timer: ShardTimer?
    var isUnderWay = false
    var isFailing = false
    /// Called when the last export has ended; nil while nobody closes.
    var closed: (@Sendable () -> Void)?
    var isLast = false

    init(_ config: OwnBackendConfig, on shard: Shard) {
      backend = OwnBackend(config, .metrics, on: shard)
    }
  }

  /// The part that lives on the queue.
  private final class Encoding {
    let body: OwnBody
    var differences: OwnDifferences

    init(_ config: OwnMetricPushConfig, _ start: WallTime) {
      body = OwnBody(config.backend)
      differences = OwnDifferences(config.temporality, start: start)
    }
  }

  /// The exports that the backend did not take.
  let lost = Counter()
  private let config: OwnMetricPushConfig
  private let registry: MetricsRegistry
  private let resource: [(key: String, value: String)]
  private let log: Log
  private let begin: WallTime
  private let encoding: QueueBound<Encoding>
  private let sending = Mutex<ShardBound<Sending>?>(nil)

  /// A reader of `registry` that sends nothing before it is opened.
  init(
    _ config: OwnMetricPushConfig, registry: MetricsRegistry,
    resource: [(key: String, value: String)], log: Log
  ) {
    self.config = config
    self.registry = registry
    self.resource = resource
    self.log = log
    begin = .now()
    encoding = QueueBound(
      Encoding(config, begin), to: DispatchQueue(label: "swiftlet.own-metrics.push"))
  }

  /// Begins to send, on `shard`, when the first interval has passed.
  func open(on shard: Shard) {
    let opened = DispatchSemaphore(value: 0)
    shard.post { [self] in
      let made = ShardBound(Sending(config.backend, on: shard), to: shard)
      sending.withLock { $0 = made }
      schedule(made)
      opened.signal()
    }
    opened.wait()
  }

  /// Sends the metrics a last time, waits until `deadline` at most, and closes.
  func close(by deadline: DispatchTime) {
    guard let sending = sending.withLock({ $0.take() }) else { return }
    let sent = DispatchSemaphore(value: 0)
    sending.shard.post { [self] in
      sending.value.timer?.cancel()
      sending.value.closed = { sent.signal() }
      if !sending.value.isUnderWay { exportLast(sending) }
    }
    _ = sent.wait(timeout: deadline)
    let closed = DispatchSemaphore(value: 0)
    sending.shard.post {
      sending.value.closed = nil
      sending.value.backend.stop()
      closed.signal()
    }
    _ = closed.wait(timeout: .now() + .seconds(1))
  }

  private func schedule(_ sending: ShardBound<Sending>) {
    sending.value.timer = sending.shard.schedule(after: config.interval) { [self] in
      schedule(sending)
      // A backend that takes longer than the interval gets the next values in one.
      if !sending.value.isUnderWay { export(sending) }
    }
  }

  private func exportLast(_ sending: ShardBound<Sending>) {
    sending.value.isLast = true
    export(sending)
  }

  /// Reads and writes the metrics on the queue, then sends them on the shard.
  private func export(_ sending: ShardBound<Sending>) {
    sending.value.isUnderWay = true
    encoding.queue.async { [self] in
      let body = makeBody(encoding.value)
      sending.shard.post { [self] in
        sending.value.backend.send(body, timeout: config.timeout) { [self] outcome in
          ended(outcome, sending)
        }
      }
    }
  }

  private func makeBody(_ encoding: Encoding) -> ByteSlice {
    let time = WallTime.now()
    let start = encoding.differences.start
    let samples = encoding.differences.take(registry.samples(), at: time)
    let request = OwnMetricRequest(
      time: time, start: start, isDelta: config.temporality.isDelta)
    return encoding.body.made(
      of: request.encode(samples, begin: begin, level: registry.level, resource: resource))
  }

  private func ended(_ outcome: ExportOutcome, _ sending: ShardBound<Sending>) {
    sending.value.isUnderWay = false
    if case .delivered = outcome {
      sending.value.isFailing = false
      encoding.queue.async { [encoding] in encoding.value.differences.confirm() }
    } else {
      lost.add()
      tell(outcome, sending.value)
    }
    guard let closed = sending.value.closed else { return }
    if sending.value.isLast { closed() } else { exportLast(sending) }
  }

  /// One line when the backend begins to fail: these lines may go to the same backend.
  private func tell(_ outcome: ExportOutcome, _ sending: Sending) {
    guard !sending.isFailing else { return }
    sending.isFailing = true
    let reason =
      switch outcome {
      case .failed(let error): "\(error)"
      case .tooLarge(let reason): reason
      case .delivered: ""
      }
    log.warn(
      "the backend of own metrics does not take them; the next export tells the same",
      ["endpoint": "\(config.backend.address)", "reason": "\(reason)"])
  }
}
