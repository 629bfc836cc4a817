/// A kind of telemetry that OpenTelemetry defines.
public enum Signal: String, Sendable, CaseIterable, Hashable {
  /// Spans.
  case traces
  /// Metric data points.
  case metrics
  /// Log records and events.
  case logs
  /// Profile samples (v1development).
  case profiles
}
