internal import Prometheus

/// How the names of own metrics are written for a scraper.
struct OwnMetricNaming: Sendable, Equatable {
  /// Whether each series has the labels of the instrumentation scope.
  var hasScope = false
  /// Whether names end with their unit.
  var hasUnits = false
  /// Whether names of counters end with `_total`.
  var hasTypeSuffix = false

  private static let naming = MetricNaming(strategy: .underscoreEscapingWithSuffixes)

  /// The name of a metric and the words of its unit in it; nil where nothing of it can be kept.
  func name(_ name: String, unit: String, kind: MetricKind) -> MetricNaming.Name? {
    // A kind without a suffix and a unit without words leave them out.
    OwnMetricNaming.naming.name(
      Array(name.utf8), unit: hasUnits ? Array(unit.utf8) : [],
      kind: hasTypeSuffix ? kind : .unknown)
  }
}
