internal import Queues
internal import Telemetry

/// A batch that a chain has taken and not settled yet.
final class QueuedBatch {
  let batch: TelemetryBatch
  /// What the batch counts for in the queue's unit.
  let size: Int
  let arrival: MonotonicTime
  private(set) var isSettled = false

  init(_ batch: TelemetryBatch, size: Int, arrival: MonotonicTime) {
    self.batch = batch
    self.size = size
    self.arrival = arrival
  }

  /// Marks the batch as settled; the caller settles its delivery.
  func markSettled() {
    isSettled = true
  }
}
