internal import Compression
internal import Configuration
internal import Sockets
internal import Telemetry

/// The options under `protocols::http`.
struct OTLPHTTPServerConfig: Sendable {
  var address: SocketAddress
  var bodyLimit = OTLPListenOptions.defaultRequestLimit
  var cors: CORSPolicy?
  var includesMetadata = false
  var responseHeaders: [(name: String, value: Secret)] = []
  /// The content codings taken; plain bodies are allowed where `allowsPlain` is set.
  var codecs = Set(CompressionCodec.allCases)
  var allowsPlain = true
  var readTimeout: Duration?
  var readHeaderTimeout: Duration?
  var writeTimeout: Duration?
  var idleTimeout: Duration?
  var keepsAlive = true
  var paths: [String: Signal] = [
    "/v1/traces": .traces, "/v1/metrics": .metrics, "/v1/logs": .logs,
    "/v1development/profiles": .profiles,
  ]

  init(address: SocketAddress) {
    self.address = address
  }

  init(_ section: ConfigSection) {
    address = OTLPListenOptions.address(section, default: "localhost:4318")
    section.refuseServerSecurity()
    let limit = section.byteSize("max_request_body_size", default: 0)
    if limit > 0 { bodyLimit = limit }
    cors = section.section("cors").flatMap(CORSPolicy.init)
    includesMetadata = section.bool("include_metadata", default: false)
    let framing = "is written for each response; remove it"
    responseHeaders = section.headers(
      "response_headers",
      reserved: [
        "connection": framing, "content-encoding": framing, "content-length": framing,
        "content-type": framing, "host": framing, "transfer-encoding": framing,
      ])
    readCodecs(section)
    readTimeout = section.limit("read_timeout")
    readHeaderTimeout = section.limit("read_header_timeout")
    writeTimeout = section.limit("write_timeout")
    idleTimeout = section.limit("idle_timeout")
    keepsAlive = section.bool("keep_alives_enabled", default: true)
    readPaths(section)
    section.finish()
  }

  private mutating func readCodecs(_ section: ConfigSection) {
    guard let names = section.strings("compression_algorithms") else { return }
    codecs = []
    allowsPlain = false
    for name in names {
      if name.isEmpty || name == "none" {
        allowsPlain = true
      } else if let codec = CompressionCodec(rawValue: name) {
        codecs.insert(codec)
      } else {
        let known = CompressionCodec.allCases.map(\.rawValue).joined(separator: ", ")
        section.problem("compression_algorithms", "\"\(name)\" is not one of \"\", \(known)")
      }
    }
    // Without any entry the reference collector takes plain bodies only.
    if names.isEmpty { allowsPlain = true }
  }

  private mutating func readPaths(_ section: ConfigSection) {
    let keys: [(key: String, path: String, signal: Signal)] = [
      ("traces_url_path", "/v1/traces", .traces), ("metrics_url_path", "/v1/metrics", .metrics),
      ("logs_url_path", "/v1/logs", .logs),
      ("profiles_url_path", "/v1development/profiles", .profiles),
    ]
    paths = [:]
    for (key, standard, signal) in keys {
      let written = section.string(key) ?? standard
      let path = written.hasPrefix("/") ? written : "/" + written
      if let other = paths.updateValue(signal, forKey: path) {
        section.problem(key, "\(path) is the path of \(other) already")
      }
    }
  }
}
