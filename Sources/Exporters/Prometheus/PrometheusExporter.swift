public import Components
internal import Diagnostics
internal import Dispatch
internal import ExporterSupport
internal import Queues
internal import Sockets
internal import Telemetry
internal import Transport

/// Exposes metrics for Prometheus to scrape.
///
/// The series live on a queue of the exporter's own. A batch is delivered when its points are in
/// their series.
final class PrometheusExporter: Exporter {
  private let config: PrometheusExporterConfig
  private let chain: DeliveryChain
  private let server: HTTPServer
  private let log: Log

  init(_ config: PrometheusExporterConfig, _ settings: ComponentSettings) {
    self.config = config
    log = settings.log
    let shard = settings.shards.next()
    let label = "swiftlet.exporter.\(settings.id)"
    let store = QueueBound(SeriesStore(config), to: DispatchQueue(label: label))
    let metrics = PrometheusMetrics(settings.metrics)
    chain = DeliveryChain(
      DeliveryConfig(
        timeout: .zero, queue: SendingQueueConfig(consumerCount: .max),
        retry: RetryConfig(isEnabled: false)),
      settings, on: shard,
      sender: PrometheusSender(store, metrics, sweepInterval: config.sweepInterval, on: shard))
    let scrapes = ScrapeService(
      store, DispatchQueue(label: label + ".compress"), shard.clock, metrics)
    server = HTTPServer(
      settings: config.serverSettings,
      handler: ScrapeHandler(
        scrapes, allowsOpenMetrics: config.allowsOpenMetrics,
        fields: config.responseFields),
      shards: settings.shards, log: settings.log,
      metrics: settings.metrics.with("transport", "http"))
  }

  /// Where the exporter listens, with the port that the system chose; nil before the start.
  var address: SocketAddress? { server.boundAddress }

  /// Why a batch offered now would be refused, or nil where it would be taken.
  var refusal: DeliveryError? { chain.refusal }

  var congestion: Congestion { chain.congestion }

  /// Takes the batch or refuses it at once.
  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    try chain.consume(batch)
  }

  /// Listens for scrapes.
  func start(_ host: any Host) throws(ComponentError) {
    do {
      try server.start(on: config.address)
    } catch {
      throw ComponentError("\(error)")
    }
    do {
      try chain.start(host)
    } catch {
      server.stop(by: .now()) {}
      throw error
    }
    log.info(
      "listening",
      ["protocol": "Prometheus", "endpoint": "\(server.boundAddress?.description ?? "-")"])
  }

  /// Takes what is held into its series, answers the scrapes under way, and stops listening.
  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    let stopping = DispatchGroup()
    stopping.enter()
    chain.stop(by: deadline) { stopping.leave() }
    stopping.enter()
    server.stop(by: deadline) { stopping.leave() }
    stopping.notify(queue: .global(), execute: done)
  }
}

extension PrometheusExporterConfig {
  /// The options as the transport takes them.
  var serverSettings: HTTPServerSettings {
    var settings = HTTPServerSettings()
    settings.readHeaderTimeout = readHeaderTimeout
    settings.readTimeout = readTimeout
    settings.writeTimeout = writeTimeout
    settings.idleTimeout = idleTimeout
    settings.keepsAlive = keepsAlive
    return settings
  }
}

extension ExporterFactory {
  /// Makes prometheus exporters.
  public static let prometheus = ExporterFactory(
    ComponentType(
      "prometheus", signals: [.metrics: .beta],
      summary: "Exposes metrics for Prometheus to scrape.")
  ) { (config: PrometheusExporterConfig, settings) throws(ComponentError) in
    PrometheusExporter(config, settings)
  }
}
