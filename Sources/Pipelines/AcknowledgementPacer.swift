internal import Components
internal import Queues
internal import Telemetry

/// Lets senders wait a little for their answer while a pipeline is congested.
///
/// A sender that waits sends nothing else meanwhile, so the pipeline's pace reaches it before a queue
/// is full. What it sent is safe already, so the wait is short, for a backend that is away must not make
/// senders believe that their telemetry was lost; where the alternative is to refuse what they send
/// next, it is longer.
final class AcknowledgementPacer: Sendable {
  /// Both are far below the 10 s after which OpenTelemetry SDKs give up an export.
  private static let longestWait = Duration.milliseconds(200)
  private static let longestWaitForRoom = Duration.seconds(2)
  /// How often the pipeline is asked again.
  private static let interval = Duration.milliseconds(2)
  /// Answers for so many bytes at a time, so that they do not bring a new flood at once.
  private static let bytesPerInterval = 4 << 20

  private struct Waiting {
    let delivery: Delivery
    let byteCount: Int
    let since: MonotonicTime
  }

  private final class Line {
    var waiting: [Waiting] = []
    var timer: ShardTimer?
  }

  private let consumer: any Consumer
  private let line: ShardBound<Line>

  /// A pacer that follows the congestion of `consumer`.
  init(_ consumer: any Consumer, on shard: Shard) {
    self.consumer = consumer
    line = ShardBound(Line(), to: shard)
  }

  /// Settles `delivery` as delivered when the congestion has passed, or after 200 ms; after 2 s where it is severe.
  func hold(_ delivery: Delivery, byteCount: Int) {
    line.shard.run { [self] in
      let line = line.value
      line.waiting.append(
        Waiting(delivery: delivery, byteCount: byteCount, since: self.line.shard.now))
      if line.timer == nil { scheduleLook() }
    }
  }

  /// Settles all deliveries at once.
  func releaseAll() {
    line.shard.post { [self] in
      let line = line.value
      line.timer?.cancel()
      // A batch that comes in behind the stop must find that no timer runs for it.
      line.timer = nil
      release(line.waiting.count)
    }
  }

  private func scheduleLook() {
    line.value.timer = line.shard.schedule(after: AcknowledgementPacer.interval) { [self] in
      line.value.timer = nil
      look()
    }
  }

  private func look() {
    let now = line.shard.now
    let congestion = consumer.congestion
    let patience =
      congestion == .severe
      ? AcknowledgementPacer.longestWaitForRoom : AcknowledgementPacer.longestWait
    var budget = congestion == .none ? AcknowledgementPacer.bytesPerInterval : 0
    var count = 0
    for waiting in line.value.waiting {
      let isDue = now - waiting.since >= patience
      guard isDue || budget > 0 else { break }
      budget -= waiting.byteCount
      count += 1
    }
    release(count)
    if !line.value.waiting.isEmpty { scheduleLook() }
  }

  private func release(_ count: Int) {
    let due = line.value.waiting.prefix(count)
    line.value.waiting.removeFirst(count)
    for waiting in due { waiting.delivery.succeed() }
  }
}
