internal import Queues
internal import Telemetry

/// A batch that a chain has taken and not settled yet, or a part of one that was divided.
final class QueuedBatch {
  let batch: TelemetryBatch
  /// What the batch counts for in the queue's unit.
  let size: Int
  let arrival: MonotonicTime
  private(set) var isSettled = false
  /// The batch of which this is a part; it alone counts against the queue.
  private let whole: QueuedBatch?
  private var openPartCount = 1

  init(_ batch: TelemetryBatch, size: Int, arrival: MonotonicTime, whole: QueuedBatch? = nil) {
    self.batch = batch
    self.size = size
    self.arrival = arrival
    self.whole = whole
  }

  /// Parts with these payloads, which together settle this batch's delivery.
  func divided(into payloads: [Payload]) -> [QueuedBatch] {
    openPartCount = payloads.count
    return zip(payloads, batch.delivery.split(into: payloads.count)).map { payload, delivery in
      var part = batch
      part.payload = payload
      part.delivery = delivery
      return QueuedBatch(part, size: 0, arrival: arrival, whole: self)
    }
  }

  /// Marks the batch as settled, while the caller settles its delivery; returns the batch whose
  /// room is free now, nil while other parts of it are open.
  func markSettled() -> QueuedBatch? {
    isSettled = true
    guard let whole else { return self }
    whole.openPartCount -= 1
    if whole.openPartCount > 0 { return nil }
    return whole.markSettled()
  }
}
