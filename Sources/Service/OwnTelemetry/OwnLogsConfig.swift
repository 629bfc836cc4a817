internal import Configuration
internal import Sockets

/// One processor under `service::telemetry::logs::processors`: own log lines as OTLP to a backend.
struct OwnLogsConfig: Sendable {
  /// The backend's address.
  var address = SocketAddress.tcp(host: "localhost", port: 4318)
  /// The path of requests.
  var path = "/v1/logs"
  /// Fields added to every request.
  var headers: [(name: String, value: Secret)] = []
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
    guard let exporter = own.section("exporter"), let otlp = exporter.section("otlp") else {
      own.problem("exporter", "expected an otlp exporter; own lines go to output_paths besides")
      return nil
    }
    readExporter(otlp)
    otlp.finish()
    exporter.finish()
  }

  /// Times are in milliseconds here, as in the OpenTelemetry SDKs' configuration.
  private mutating func readBatch(_ section: ConfigSection) {
    let most = 1 << 20
    delay = .milliseconds(section.int("schedule_delay", default: 1000))
    timeout = .milliseconds(section.int("export_timeout", default: 30_000))
    queueSize = section.int("max_queue_size", default: 2048, in: 1...most)
    batchSize = min(queueSize, section.int("max_export_batch_size", default: 512, in: 1...most))
  }

  private mutating func readExporter(_ section: ConfigSection) {
    let transport = section.string("protocol") ?? "http/protobuf"
    if transport != "http/protobuf" {
      section.problem("protocol", "\"\(transport)\" is not in this build; use http/protobuf")
    }
    headers = section.secrets("headers") ?? []
    let limit = section.int("timeout", default: 0)
    if limit > 0 { timeout = .milliseconds(limit) }
    for key in ["insecure", "compression"] { _ = section.node(key) }
    guard let text = section.string("endpoint") else {
      return section.problem("endpoint", "is required: such as http://localhost:4318")
    }
    guard text.hasPrefix("http://") else {
      return section.problem(
        "endpoint", "expected http://host:port, found \"\(text)\"; TLS is not in this build")
    }
    let rest = text.dropFirst("http://".count)
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    if path.count > 1 { self.path = String(path) }
    do {
      address = try SocketAddress(parsing: String(host))
    } catch {
      section.problem("endpoint", "\(error)")
    }
  }
}
