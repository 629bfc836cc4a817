internal import Compression
internal import Configuration
internal import ExporterSupport
internal import Sockets

/// The options of the `otlp_grpc` exporter.
struct OTLPGRPCExporterConfig: ConfigDecodable {
  /// Where the backend listens.
  var address: SocketAddress
  /// The `:authority` of requests; the address where the user gives none.
  var authority: String
  /// How messages are compressed; nil sends them as they are.
  var codec: CompressionCodec?
  /// What requests name as their sender; nil for this collector and its version.
  var userAgent: String?
  /// Fields added to every request.
  var headers: [(name: String, value: Secret)] = []
  /// How many connections share the load.
  var connectionCount = 1
  /// When an idle connection is pinged; nil for never.
  var keepAliveTime: Duration?
  /// How long a ping may remain unanswered.
  var keepAliveTimeout = Duration.seconds(20)
  /// Queue, retry and timeout.
  var delivery: DeliveryConfig

  init(address: SocketAddress, codec: CompressionCodec? = nil, delivery: DeliveryConfig) {
    self.address = address
    authority = address.description
    self.codec = codec
    self.delivery = delivery
  }

  init(from section: ConfigSection) {
    delivery = DeliveryConfig(from: section, defaultTimeout: .seconds(5))
    address = .tcp(host: "localhost", port: 4317)
    authority = ""
    let allowsPlainText = ClientOptions.allowsPlainText(section)
    readEndpoint(section, allowsPlainText: allowsPlainText)
    let compression = section.choice("compression", default: ClientCompression.gzip)
    switch compression {
    case .lz4, .zlib:
      section.problem(
        "compression", "gRPC has no \(compression.rawValue); use gzip, zstd or snappy")
    case .snappy: codec = .snappyFramed
    default: codec = compression.codec
    }
    readHeaders(section)
    connectionCount = section.int("connections", default: 1, in: 1...256)
    if let keepAlive = section.section("keepalive") {
      let time = keepAlive.duration("time", default: .zero)
      keepAliveTime = time > .zero ? time : nil
      keepAliveTimeout = keepAlive.duration("timeout", default: .seconds(20))
      _ = keepAlive.bool("permit_without_stream", default: false)
      keepAlive.finish()
    }
    ClientOptions.refuseUnavailable(section, ["auth", "middlewares"])
    ClientOptions.acceptWithoutEffect(
      section, ["write_buffer_size", "read_buffer_size", "balancer_name", "wait_for_ready"])
    section.finish()
  }

  private mutating func readHeaders(_ section: ConfigSection) {
    let framing = "is written by the exporter for each request; remove it"
    headers = section.headers(
      "headers",
      reserved: [
        "connection": framing, "content-length": framing, "content-type": framing,
        "grpc-accept-encoding": framing, "grpc-encoding": framing, "grpc-timeout": framing,
        "keep-alive": framing, "proxy-connection": framing, "te": framing,
        "transfer-encoding": framing, "upgrade": framing,
        "host": "is written from the endpoint; set authority instead",
      ])
    userAgent = headers.last { $0.name.lowercased() == "user-agent" }?.value.revealed
    headers.removeAll { $0.name.lowercased() == "user-agent" }
  }

  /// `host:port`, with `http://`, `dns:///`, `dns://`, `passthrough:///` or `unix:` in front.
  private mutating func readEndpoint(_ section: ConfigSection, allowsPlainText: Bool) {
    guard var text = section.string("endpoint"), !text.isEmpty else {
      section.problem("endpoint", "is required: the backend's host:port, such as localhost:4317")
      return
    }
    var isPlain = allowsPlainText
    if text.hasPrefix("https://") {
      ClientOptions.refuseEncryption(section, "endpoint", "https://")
      return
    }
    if text.hasPrefix("http://") {
      text.removeFirst("http://".count)
      isPlain = true
    }
    if text.hasPrefix("dns://") {
      // What stands between the slashes is a name server; the system's are asked.
      text = String(text.dropFirst("dns://".count).drop { $0 != "/" }.dropFirst())
    } else if let scheme = ["passthrough:///", "dns:"].first(where: text.hasPrefix) {
      text.removeFirst(scheme.count)
    }
    if let colon = text.firstRange(of: "://"), !text.hasPrefix("unix") {
      section.problem(
        "endpoint",
        "\"\(text[..<colon.lowerBound])\" is no scheme of OTLP/gRPC; write host:port")
      return
    }
    while text.hasSuffix("/"), !text.hasPrefix("unix") { text.removeLast() }
    do {
      address = try SocketAddress(parsing: text)
    } catch {
      section.problem("endpoint", "\(error)")
      return
    }
    if case .unix = address { isPlain = true }
    authority = section.string("authority") ?? address.grpcAuthority
    if !isPlain { ClientOptions.refuseEncryption(section, "endpoint", "an OTLP/gRPC endpoint") }
  }
}

extension SocketAddress {
  /// What a request's `:authority` says: a Unix socket has no host.
  var grpcAuthority: String {
    switch self {
    case .tcp: description
    case .unix: "localhost"
    }
  }
}
