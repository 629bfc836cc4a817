public import Components
internal import Diagnostics
internal import Dispatch
internal import Sockets
internal import Transport

/// Tells over HTTP how the collector and its pipelines are doing.
final class HealthCheckExtension: Extension {
  private let config: HealthCheckConfig
  private let log: Log
  private let handler: HealthCheckHandler
  private let server: HTTPServer

  init(_ config: HealthCheckConfig, _ settings: ComponentSettings) {
    self.config = config
    log = settings.log
    handler = HealthCheckHandler(config)
    server = HTTPServer(
      settings: config.server, handler: handler, shards: settings.shards, log: settings.log,
      metrics: settings.metrics)
  }

  /// Where it listens, with the port that the system chose; nil before the start.
  var boundAddress: SocketAddress? { server.boundAddress }

  func start(_ host: any Host) throws(ComponentError) {
    handler.setHost(host)
    do {
      try server.start(on: config.address)
    } catch {
      handler.setHost(nil)
      throw ComponentError("\(error)")
    }
    log.info("listening", ["endpoint": "\(server.boundAddress?.description ?? "-")"])
    if config.checksCollectorPipeline {
      log.warn(
        "check_collector_pipeline is deprecated and has no effect; use component_health instead")
    }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    server.stop(by: deadline) { [handler] in
      // The host knows this extension: keeping it would keep both for ever.
      handler.setHost(nil)
      done()
    }
  }
}

extension ExtensionFactory {
  /// Makes `health_check` extensions.
  public static let healthCheck = ExtensionFactory(
    ComponentType(
      "health_check", aliases: ["healthcheck", "healthcheckv2", "health_check_v2"], signals: [:],
      summary: "Tells over HTTP whether the collector and its pipelines work.")
  ) { (config: HealthCheckConfig, settings) in
    HealthCheckExtension(config, settings)
  }
}
