internal import Configuration
internal import Sockets
internal import Transport

/// The options of a `health_check` extension.
struct HealthCheckConfig: ConfigDecodable, Sendable {
  /// Where it listens.
  var address = SocketAddress.tcp(host: "localhost", port: 13133)
  /// The path that answers for the whole collector, and for one pipeline on request; nil for none.
  var statusPath: String? = "/"
  /// The path that shows the configuration in effect; nil for none.
  var configPath: String?
  /// Whether a plain request to `statusPath` is answered in the words of the first version.
  var speaksFirstVersion = true
  /// What the first version answers instead of its own words.
  var healthyBody: String?
  var unhealthyBody: String?
  /// Which errors of components count.
  var rules = HealthRules()
  /// Whether the configuration has `check_collector_pipeline`, which has no effect.
  var checksCollectorPipeline = false
  /// How long peers may take.
  var server = HTTPServerSettings()

  init() {
    // A probe is a short request: whoever takes longer is none.
    server.readTimeout = .seconds(10)
    server.maxConnections = 256
    server.maxHeaderBytes = 16 << 10
  }

  init(from section: ConfigSection) {
    self.init()
    readFirstVersion(section)
    let usesSecond = section.bool("use_v2", default: false)
    if let http = section.section("http") {
      if usesSecond {
        readSecondVersion(http)
      } else {
        http.problem("set use_v2: true beside http, or remove http")
        _ = HealthCheckConfig().reading(http)
      }
    } else if usesSecond {
      section.problem("use_v2", "add an http section; without it nothing would be served")
    }
    if section.contains("grpc") {
      _ = section.node("grpc")
      section.problem("grpc", "the gRPC health service is not in this build; use http")
    }
    if let health = section.section("component_health") { rules.read(health) }
    section.finish()
  }

  private mutating func readFirstVersion(_ section: ConfigSection) {
    readServer(section)
    if let path = readPath(section, "path") { statusPath = path }
    if let body = section.section("response_body") {
      healthyBody = body.string("healthy")
      unhealthyBody = body.string("unhealthy")
      body.finish()
    }
    if let check = section.section("check_collector_pipeline") {
      checksCollectorPipeline = check.bool("enabled", default: false)
      _ = check.string("interval")
      _ = check.int("exporter_failure_threshold", default: 5)
      check.finish()
    }
  }

  private mutating func readSecondVersion(_ http: ConfigSection) {
    speaksFirstVersion = false
    readServer(http)
    statusPath = "/status"
    if let status = http.section("status") {
      let path = readPath(status, "path") ?? "/status"
      statusPath = status.bool("enabled", default: true) ? path : nil
      status.finish()
    }
    if let config = http.section("config") {
      let path = readPath(config, "path") ?? "/config"
      configPath = config.bool("enabled", default: false) ? path : nil
      config.finish()
    }
    if let configPath, configPath == statusPath {
      http.problem("config", "\(configPath) is the path of the status already")
    }
    http.finish()
  }

  /// Reads a section whose values do not count, so that its own mistakes show too.
  private func reading(_ http: ConfigSection) -> HealthCheckConfig {
    var copy = self
    copy.readSecondVersion(http)
    return copy
  }

  private func readPath(_ section: ConfigSection, _ key: String) -> String? {
    guard let path = section.string(key) else { return nil }
    if path.hasPrefix("/"), !path.contains("?") { return path }
    section.problem(key, "expected a path that begins with a slash, found \"\(path)\"")
    return nil
  }

  private mutating func readServer(_ section: ConfigSection) {
    if let text = section.string("endpoint") {
      do {
        address = try SocketAddress(parsing: text)
      } catch {
        section.problem("endpoint", "\(error)")
      }
    }
    let words = "is not in this build; listen on localhost and remove the key"
    section.refuse([("tls", words), ("auth", words), ("middlewares", words)])
    let limits: [(key: String, path: WritableKeyPath<HTTPServerSettings, Duration?>)] = [
      ("read_timeout", \.readTimeout), ("read_header_timeout", \.readHeaderTimeout),
      ("write_timeout", \.writeTimeout), ("idle_timeout", \.idleTimeout),
    ]
    for (key, path) in limits {
      let limit = section.duration(key, default: .zero)
      if limit > .zero { server[keyPath: path] = limit }
    }
  }
}
