/// Where the items of a signal's request are: the fields that lead to them, level by level.
///
/// What is not on the way, such as a resource, belongs to everything beside it.
struct RequestShape: Sendable {
  /// For each level from the request down, the numbers of the fields on the way, one bit each.
  let levels: [UInt32]
  /// The field whose values are the items of a profile, which is not divided; 0 for other signals.
  let weightField: Int

  /// The shape of the request of `signal`.
  init(_ signal: Signal) {
    weightField = signal == .profiles ? 2 : 0
    levels =
      switch signal {
      // resource_spans, scope_spans, spans; and the same numbers for logs and profiles.
      case .traces, .logs, .profiles: [1 << 1, 1 << 2, 1 << 2]
      // resource_metrics, scope_metrics, metrics; gauge to summary; data_points.
      case .metrics:
        [1 << 1, 1 << 2, 1 << 2, 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 11, 1 << 1]
      }
  }

  /// Whether the field leads to items from a message at `level`.
  @inline(__always)
  func isOnTheWay(_ number: Int, level: Int) -> Bool {
    number < 32 && levels[level] & (1 << UInt32(number)) != 0
  }

  /// Whether the fields on the way from `level` are what is not divided.
  @inline(__always)
  func isLast(_ level: Int) -> Bool { level == levels.count - 1 }
}
