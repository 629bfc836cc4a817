internal import Compression
internal import Configuration
internal import ExporterSupport
internal import Sockets
internal import Telemetry

/// The options of the `otlp_http` exporter.
struct OTLPHTTPExporterConfig: ConfigDecodable {
  /// How payloads are encoded.
  enum Encoding: String, CaseIterable {
    case proto
    case json
  }

  /// Where each signal goes; a signal that is absent has no endpoint.
  var endpoints: [Signal: HTTPEndpoint] = [:]
  var encoding = Encoding.proto
  /// How bodies are compressed; nil sends them as they are.
  var codec: CompressionCodec?
  /// What stands for the codec's own level in existing configurations.
  private static let defaultLevel = -1

  /// The codec's level; nil for its default.
  var compressionLevel: Int?
  /// The `host` of requests where it is not that of the endpoint.
  var host: String?
  /// Fields added to every request.
  var headers: [(name: String, value: Secret)] = []
  /// How many idle connections are kept.
  var maxIdleConnections = 100
  /// How long an idle connection is kept; nil for ever.
  var idleTimeout: Duration? = .seconds(90)
  /// How many connections may be open at a time; nil for as many as are sending.
  var maxConnections: Int?
  var keepsAlive = true
  /// Queue, retry and timeout.
  var delivery: DeliveryConfig

  init(
    endpoints: [Signal: HTTPEndpoint], encoding: Encoding = .proto, codec: CompressionCodec? = nil,
    delivery: DeliveryConfig
  ) {
    self.endpoints = endpoints
    self.encoding = encoding
    self.codec = codec
    self.delivery = delivery
  }

  init(from section: ConfigSection) {
    delivery = DeliveryConfig(from: section, defaultTimeout: .seconds(30))
    _ = ClientOptions.allowsPlainText(section)
    readEndpoints(section)
    encoding = section.choice("encoding", default: .proto)
    codec = section.choice("compression", default: ClientCompression.gzip).codec
    readCompressionLevel(section)
    readHeaders(section)
    maxIdleConnections = section.int("max_idle_conns", default: 100)
    let perHost = section.int("max_idle_conns_per_host", default: 0)
    if perHost > 0 { maxIdleConnections = min(maxIdleConnections, perHost) }
    let most = section.int("max_conns_per_host", default: 0)
    maxConnections = most > 0 ? most : nil
    let idle = section.duration("idle_conn_timeout", default: .seconds(90))
    idleTimeout = idle > .zero ? idle : nil
    keepsAlive = !section.bool("disable_keep_alives", default: false)
    ClientOptions.refuseUnavailable(section, ["auth", "middlewares", "proxy_url"])
    if let cookies = section.section("cookies") {
      if cookies.bool("enabled", default: false) {
        cookies.problem("enabled", "cookies are not in this build; remove the key")
      }
      cookies.finish()
    }
    ClientOptions.acceptWithoutEffect(
      section,
      [
        "write_buffer_size", "read_buffer_size", "force_attempt_http2", "http2_read_idle_timeout",
        "http2_ping_timeout",
      ])
    section.finish()
  }

  private mutating func readCompressionLevel(_ section: ConfigSection) {
    guard let parameters = section.section("compression_params") else { return }
    let level = parameters.int("level", default: OTLPHTTPExporterConfig.defaultLevel, in: -7...22)
    parameters.finish()
    guard level != OTLPHTTPExporterConfig.defaultLevel else { return }
    guard let codec, let levels = Compressor.levels(of: codec) else {
      parameters.problem("level", "this compression has no levels; remove it")
      return
    }
    guard levels.contains(level) else {
      parameters.problem(
        "level",
        "\(codec.rawValue) has levels \(levels.lowerBound) to \(levels.upperBound), not \(level)")
      return
    }
    compressionLevel = level
  }

  private mutating func readHeaders(_ section: ConfigSection) {
    let framing = "is written by the exporter for each connection; remove it"
    headers = section.headers(
      "headers",
      reserved: [
        "connection": framing, "content-length": framing, "expect": framing,
        "keep-alive": framing, "te": framing, "trailer": framing, "transfer-encoding": framing,
        "upgrade": framing,
        "content-encoding": "is written by the exporter; set compression instead",
      ])
    let type = encoding == .json ? "application/json" : "application/x-protobuf"
    for (name, value) in headers where name.lowercased() == "content-type" {
      guard value.revealed.lowercased() != type else { continue }
      section.problem("headers", "content-type is \(type) by encoding; remove it, or set encoding")
    }
    host = headers.last { $0.name.lowercased() == "host" }?.value.revealed
    headers.removeAll { ["host", "content-type"].contains($0.name.lowercased()) }
  }

  private mutating func readEndpoints(_ section: ConfigSection) {
    let keys: [(key: String, path: String, signal: Signal)] = [
      ("traces_endpoint", "/v1/traces", .traces), ("metrics_endpoint", "/v1/metrics", .metrics),
      ("logs_endpoint", "/v1/logs", .logs),
      ("profiles_endpoint", "/v1development/profiles", .profiles),
    ]
    let base = section.string("endpoint").flatMap { text in
      text.isEmpty ? nil : HTTPEndpoint.read(text, at: "endpoint", of: section)
    }
    for (key, path, signal) in keys {
      if let own = section.string(key), !own.isEmpty {
        endpoints[signal] = HTTPEndpoint.read(own, at: key, of: section)
      } else if let base {
        endpoints[signal] = base.appending(path: path)
      }
    }
    if !section.contains("endpoint"), endpoints.isEmpty {
      section.problem(
        "endpoint", "is required: the backend's base URL, such as http://localhost:4318")
    }
  }
}

/// An `http://` URL, taken apart.
struct HTTPEndpoint: Sendable, Hashable {
  /// Where to connect.
  var address: SocketAddress
  /// The `Host` field.
  var authority: String
  /// The path with its query, which begins with a slash.
  var target: String

  /// Reads a URL; what is wrong becomes a problem of the section.
  static func read(_ text: String, at key: String, of section: ConfigSection) -> HTTPEndpoint? {
    let scheme = text.prefix { $0 != ":" }.lowercased()
    if scheme == "https", text.dropFirst(5).hasPrefix("://") {
      ClientOptions.refuseEncryption(section, key, "https://")
      return nil
    }
    guard scheme == "http", text.dropFirst(4).hasPrefix("://") else {
      section.problem(key, "\"\(text)\" has no http scheme; write http://host:port")
      return nil
    }
    let rest = text.dropFirst("http://".count)
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest.dropFirst(host.count).prefix { $0 != "#" }
    guard let first = host.first, first != ":" else {
      section.problem(key, "\"\(text)\" has no host; write http://host:port")
      return nil
    }
    guard !host.contains("@") else {
      section.problem(key, "a user in a URL is not taken; use headers for credentials")
      return nil
    }
    let hasPort =
      host.hasSuffix("]") ? false : host.split(separator: "]").last?.contains(":") ?? false
    do {
      return HTTPEndpoint(
        address: try SocketAddress(parsing: hasPort ? String(host) : "\(host):80"),
        authority: String(host), target: path.hasPrefix("/") ? String(path) : "/\(path)")
    } catch {
      section.problem(key, "\(error)")
      return nil
    }
  }

  /// The endpoint with `path` behind its own.
  func appending(path: String) -> HTTPEndpoint {
    var longer = self
    let base = target.hasSuffix("/") ? String(target.dropLast()) : target
    longer.target = base + path
    return longer
  }
}
