internal import Telemetry

extension MetricsWriter {
  /// A writer of host metrics, whose names and attributes are those of this schema.
  init(hostMetrics version: String) {
    self.init(version: version, schema: "https://opentelemetry.io/schemas/1.9.0")
  }

  /// Begins a metric; false, and nothing is written, where it is not wanted.
  mutating func open(_ metric: MetricDefinition?) -> Bool {
    guard let metric else { return false }
    open(metric.shape)
    return true
  }

  /// Gives the next point an attribute that is a number.
  mutating func attribute(_ key: StaticString, number: UInt64) {
    attribute(key, Int64(clamping: number))
  }
}
