internal import Synchronization
internal import Telemetry

/// The items of one batch that a pipeline has taken, less those that its processors have dropped.
///
/// Any thread may call.
final class BatchAccount: Sendable {
  private let metrics: PipelineMetrics
  private let itemCount: Int
  private let filtered = Atomic<Int>(0)

  /// An account of so many items, in those of a pipeline.
  init(_ itemCount: Int, _ metrics: PipelineMetrics) {
    self.itemCount = itemCount
    self.metrics = metrics
  }

  /// Counts how the items that are still under way ended; returns how many they are.
  @discardableResult
  func settle(_ outcome: Delivery.Outcome) -> Int {
    let remaining = itemCount - filtered.load(ordering: .relaxed)
    metrics.settle(remaining, outcome)
    return remaining
  }

  /// Counts items as dropped on purpose, or takes them back where the number is negative.
  ///
  /// - Returns: how many of them are this batch's
  func leaveOut(_ count: Int) -> Int {
    var known = filtered.load(ordering: .relaxed)
    while true {
      let changed = min(itemCount, max(0, known + count))
      let (exchanged, original) = filtered.compareExchange(
        expected: known, desired: changed, ordering: .relaxed)
      if exchanged {
        if changed != known { metrics.filter(changed - known) }
        return changed - known
      }
      known = original
    }
  }
}
