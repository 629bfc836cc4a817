internal import Configuration
internal import Telemetry

/// One processor under `service::telemetry::logs::processors`: own log lines as OTLP to a backend.
struct OwnLogsConfig: Sendable {
  /// Where requests go.
  var backend = OwnBackendConfig(.logs)
  /// How long lines wait for others.
  var delay = Duration.seconds(1)
  /// How long to wait before a request is sent again; not an option.
  var retryDelay = Duration.seconds(1)
  /// The lines kept at a time; older ones are lost first.
  var queueSize = 2048
  /// The lines of one request.
  var batchSize = 512
  /// How long a request may take.
  var timeout = Duration.seconds(30)

  /// Options as a program sets them.
  init() {}

  /// Reads one entry of the list; nil where it cannot be used, which is reported.
  init?(from section: ConfigSection) {
    defer { section.finish() }
    let batch = section.section("batch")
    guard let own = batch ?? section.section("simple") else {
      section.problem("expected batch or simple with an exporter")
      return nil
    }
    defer { own.finish() }
    if batch != nil { readBatch(own) } else { (delay, batchSize) = (.zero, 1) }
    guard let backend = OwnBackendConfig(of: own, .logs) else { return nil }
    self.backend = backend
    if let limit = backend.timeout { timeout = limit }
  }

  /// Times are in milliseconds here, as in the OpenTelemetry SDKs' configuration.
  private mutating func readBatch(_ section: ConfigSection) {
    let most = 1 << 20
    delay = .milliseconds(section.int("schedule_delay", default: 1000))
    timeout = .milliseconds(section.int("export_timeout", default: 30_000))
    queueSize = section.int("max_queue_size", default: 2048, in: 1...most)
    batchSize = min(queueSize, section.int("max_export_batch_size", default: 512, in: 1...most))
  }
}
