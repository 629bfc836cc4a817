internal import Components
internal import Diagnostics
internal import Dispatch
internal import Exporters
internal import Queues
internal import Sockets
internal import Transport

/// Serves the collector's own metrics at `/metrics`.
final class MetricsEndpoint: Sendable {
  private let config: OwnMetricsConfig.Pull
  private let server: HTTPServer
  private let log: Log

  /// An endpoint that does not listen yet.
  init(
    _ config: OwnMetricsConfig.Pull, level: MetricsLevel, registry: MetricsRegistry,
    resource: [(key: String, value: String)], shards: Shards, log: Log
  ) {
    self.config = config
    self.log = log
    var settings = HTTPServerSettings()
    // A scrape is a short request: whoever takes longer is none.
    settings.readTimeout = .seconds(10)
    settings.maxConnections = 64
    settings.maxHeaderBytes = 16 << 10
    let naming = config.naming
    let scrapes = OwnScrapes { format in
      OwnExposition.body(
        registry.samples(), level: level, naming: naming, resource: resource, format: format)
    }
    let handler = ScrapeHandler(scrapes, allowsOpenMetrics: naming.hasTypeSuffix)
    server = HTTPServer(settings: settings, handler: handler, shards: shards, log: log)
  }

  /// Listens; a port that is only the default may be taken by somebody else.
  func start() throws(ComponentError) {
    do {
      try server.start(on: config.address)
    } catch {
      if config.isRequired {
        throw ComponentError("service::telemetry::metrics: \(error)")
      }
      log.warn(
        "own metrics are not served; set service::telemetry::metrics::readers to another port",
        ["reason": "\(error)"])
      return
    }
    log.debug("serving own metrics", ["endpoint": "\(server.boundAddress?.description ?? "-")"])
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    server.stop(by: deadline, done)
  }
}
