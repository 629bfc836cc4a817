internal import Bytes
internal import Components
internal import Diagnostics
internal import HTTPTypes
internal import Synchronization
internal import Transport

/// Answers health checks from what the host knows.
final class HealthCheckHandler: HTTPHandler {
  /// The path that tells whether the process should go on living.
  static let livePath = "/live"
  /// The path that tells whether telemetry should be sent here.
  static let readyPath = "/ready"

  private let config: HealthCheckConfig
  private let host = Mutex<(any Host)?>(nil)

  /// A handler that knows nothing until it has a host.
  init(_ config: HealthCheckConfig) {
    self.config = config
  }

  /// Sets whom to ask; nil for nobody, which answers as a collector that is stopping.
  func setHost(_ host: (any Host)?) {
    self.host.withLock { $0 = host }
  }

  func handle(_ exchange: HTTPExchange) {
    let head = exchange.head
    guard head.method == "GET" || head.method == "HEAD" else {
      return respond(
        exchange, 405, "405 method not allowed, supported: [GET, HEAD]\n", isJSON: false)
    }
    let path = String(head.path)
    let host = host.withLock { $0 }
    if path == config.statusPath {
      status(exchange, HealthQuery(head.target), host)
    } else if let configPath = config.configPath, path == configPath {
      let text = host?.configuration
      respond(exchange, text == nil ? 503 : 200, text ?? "{}", isJSON: true)
    } else if path == HealthCheckHandler.livePath {
      let isLive = report(host)?.isLive ?? true
      respond(exchange, isLive ? 200 : 500, isLive ? "live\n" : "not live\n", isJSON: false)
    } else if path == HealthCheckHandler.readyPath {
      let isReady = report(host)?.isReady ?? false
      respond(exchange, isReady ? 200 : 503, isReady ? "ready\n" : "not ready\n", isJSON: false)
    } else {
      respond(exchange, 404, "404 page not found\n", isJSON: false)
    }
  }

  private func report(_ host: (any Host)?) -> HealthReport? {
    host?.health.map { HealthReport(health: $0, rules: config.rules, now: .now()) }
  }

  private func status(_ exchange: HTTPExchange, _ query: HealthQuery, _ host: (any Host)?) {
    guard let report = report(host) else {
      return respond(exchange, 503, "{\"status\":\"Server not available\"}", isJSON: true)
    }
    if let pipeline = query.pipeline {
      guard let answer = report.pipeline(pipeline, verbose: query.isVerbose) else {
        return respond(exchange, 404, "404 there is no pipeline of this name\n", isJSON: false)
      }
      return respond(exchange, answer.code, answer.body, isJSON: true)
    }
    guard config.speaksFirstVersion, !query.isVerbose else {
      let answer = report.whole(verbose: query.isVerbose)
      return respond(exchange, answer.code, answer.body, isJSON: true)
    }
    let answer = report.firstVersion
    let words = answer.code == 200 ? config.healthyBody : config.unhealthyBody
    respond(exchange, answer.code, words ?? answer.body, isJSON: words == nil)
  }

  private func respond(_ exchange: HTTPExchange, _ status: Int, _ body: String, isJSON: Bool) {
    var head = HTTPResponseHead(status: status)
    head.fields.append("content-type", isJSON ? "application/json" : "text/plain; charset=utf-8")
    head.fields.append("cache-control", "no-store")
    let isWanted = exchange.head.method == "GET" && !body.isEmpty
    exchange.respond(head, body: isWanted ? [ByteSlice(body)] : [])
  }
}
