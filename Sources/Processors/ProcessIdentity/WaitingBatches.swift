internal import Queues
internal import Telemetry

/// Batches that wait for their sender's process, all as long as the others at most.
///
/// Confined to a shard.
final class WaitingBatches {
  private struct Waiting {
    let number: Int
    let deadline: MonotonicTime
  }

  var timer: ShardTimer?
  private var batches: [Int: TelemetryBatch] = [:]
  /// The order of the deadlines; those that went before theirs are still in it.
  private var order: [Waiting] = []
  private var first = 0
  private var made = 0

  /// Keeps the batch; returns the number under which it is removed.
  func append(_ batch: TelemetryBatch, until deadline: MonotonicTime) -> Int {
    made += 1
    batches[made] = batch
    order.append(Waiting(number: made, deadline: deadline))
    return made
  }

  /// The batch under this number; nil where it is gone.
  func remove(_ number: Int) -> TelemetryBatch? { batches.removeValue(forKey: number) }

  /// The deadline of the batch that waits longest.
  var nextDeadline: MonotonicTime? {
    forgetGone()
    return first < order.count ? order[first].deadline : nil
  }

  /// The batches whose time is over.
  func removeDue(at now: MonotonicTime) -> [TelemetryBatch] {
    var due: [TelemetryBatch] = []
    while first < order.count, order[first].deadline <= now {
      if let batch = batches.removeValue(forKey: order[first].number) { due.append(batch) }
      first += 1
    }
    return due
  }

  /// All batches in their order.
  func removeAll() -> [TelemetryBatch] {
    timer?.cancel()
    timer = nil
    let all = order[first...].compactMap { batches[$0.number] }
    batches.removeAll()
    order.removeAll()
    first = 0
    return all
  }

  private func forgetGone() {
    while first < order.count, batches[order[first].number] == nil { first += 1 }
    if first == order.count {
      order.removeAll(keepingCapacity: order.count <= 1024)
      first = 0
    } else if first > 1024 {
      order.removeFirst(first)
      first = 0
    }
  }
}
