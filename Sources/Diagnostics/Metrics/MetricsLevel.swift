/// How much of the collector's own metrics is shown.
public enum MetricsLevel: String, Sendable, CaseIterable, Comparable {
  /// Nothing.
  case none
  /// What came in, went out and was lost, and what the process takes.
  case basic
  /// Queues, batches and connections besides.
  case normal
  /// Distributions of sizes in bytes and of durations besides.
  case detailed

  /// Orders levels by how much they show.
  public static func < (left: MetricsLevel, right: MetricsLevel) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .none: 0
    case .basic: 1
    case .normal: 2
    case .detailed: 3
    }
  }
}
