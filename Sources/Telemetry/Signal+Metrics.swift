extension Signal {
  /// What items of this signal are called in the names of the collector's own metrics.
  public var metricItemName: String {
    switch self {
    case .traces: "spans"
    case .metrics: "metric_points"
    case .logs: "log_records"
    case .profiles: "profile_samples"
    }
  }
}
