internal import Configuration
internal import Telemetry

/// One `periodic` entry under `service::telemetry::metrics::readers`.
struct OwnMetricPushConfig: Sendable {
  /// Where requests go.
  var backend: OwnBackendConfig
  /// The time from one export to the next.
  var interval = Duration.seconds(60)
  /// How long an export may take.
  var timeout = Duration.seconds(30)
  /// Which metrics tell what has come since the last export.
  var temporality = OwnTemporality.cumulative

  /// The defaults.
  init(_ backend: OwnBackendConfig) {
    self.backend = backend
  }

  /// Reads the entry; nil where it cannot be used, which is reported.
  ///
  /// Times are in milliseconds here, as in the OpenTelemetry SDKs' configuration.
  init?(from periodic: ConfigSection) {
    defer { periodic.finish() }
    let longest = 365 * 86_400_000
    let interval = periodic.int("interval", default: 60_000, in: 1...longest)
    let timeout = periodic.int("timeout", default: 30_000, in: 1...longest)
    // What other libraries' metrics would need; there are none here.
    for key in ["producers", "cardinality_limits"] { _ = periodic.node(key) }
    var temporality = OwnTemporality.cumulative
    let backend = OwnBackendConfig(of: periodic, .metrics) { section in
      temporality = section.choice("temporality_preference", default: .cumulative)
      let aggregation = section.string("default_histogram_aggregation")
      if let aggregation, aggregation != "explicit_bucket_histogram" {
        section.problem(
          "default_histogram_aggregation",
          "\"\(aggregation)\" is not in this build; own histograms have explicit buckets")
      }
    }
    guard let backend else { return nil }
    self.init(backend)
    self.interval = .milliseconds(interval)
    self.timeout = min(.milliseconds(timeout), backend.timeout ?? .seconds(365 * 86_400))
    self.temporality = temporality
  }
}
