public import Components
internal import Dispatch
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Delivers batches to a backend over OTLP/HTTP.
final class OTLPHTTPExporter: Exporter {
  private let chain: DeliveryChain

  init(_ config: OTLPHTTPExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    chain = DeliveryChain(
      config.delivery, settings, on: shard, sender: OTLPHTTPSender(config, settings, on: shard))
  }

  var refusal: DeliveryError? { chain.refusal }

  var isCongested: Bool { chain.isCongested }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) { try chain.consume(batch) }

  func start(_ host: any Host) throws(ComponentError) { try chain.start(host) }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    chain.stop(by: deadline, done)
  }
}

extension ExporterFactory {
  /// Makes `otlp_http` exporters.
  public static let otlpHTTP = ExporterFactory(
    ComponentType(
      "otlp_http", aliases: ["otlphttp"],
      signals: [.traces: .stable, .metrics: .stable, .logs: .stable, .profiles: .development],
      summary: "Delivers to a backend over OTLP/HTTP, in protobuf or JSON.")
  ) { (config: OTLPHTTPExporterConfig, settings) in
    OTLPHTTPExporter(config, settings)
  }
}
