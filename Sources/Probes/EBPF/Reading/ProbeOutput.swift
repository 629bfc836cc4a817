internal import Telemetry

/// Where capabilities write what they tell.
struct ProbeOutput: ~Copyable {
  /// Events.
  var logs: LogsWriter
  /// Measurements; their time is that of the present round.
  var metrics: MetricsWriter
  /// When the records being written were seen, in nanoseconds since 1970.
  var observed: UInt64

  /// Empty output with scopes of this version.
  init(version: String) {
    logs = LogsWriter(version: version)
    metrics = MetricsWriter(version: version)
    observed = 0
  }
}
