public import Components
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Delivers batches to a backend over OTLP/HTTP.
final class OTLPHTTPExporter: ChainExporter {
  let chain: DeliveryChain

  init(_ config: OTLPHTTPExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    chain = DeliveryChain(
      config.delivery, settings, on: shard, sender: OTLPHTTPSender(config, settings, on: shard))
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
