internal import Diagnostics

/// What the exporter counts beside what every exporter does.
struct PrometheusMetrics: Sendable {
  let scrapes: Counter
  let series: Gauge
  private let overflowed: Counter
  private let dropped: [DropReason: Counter]

  init(_ scope: MetricsScope) {
    scrapes = scope.counter("swiftlet_prometheus_scrapes")
    series = scope.gauge("swiftlet_prometheus_series")
    overflowed = scope.counter("swiftlet_prometheus_overflowed_points")
    var dropped: [DropReason: Counter] = [:]
    for reason in DropReason.allCases {
      dropped[reason] = scope.with("reason", reason.rawValue)
        .counter("swiftlet_prometheus_dropped_points")
    }
    self.dropped = dropped
  }

  func count(_ drops: [(DropReason, Int)]) {
    for (reason, count) in drops { dropped[reason]?.add(count) }
  }

  func countOverflowed(_ count: Int) { overflowed.add(count) }
}
