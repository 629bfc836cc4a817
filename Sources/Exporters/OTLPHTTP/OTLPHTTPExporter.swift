public import Components
internal import ExporterSupport
internal import Telemetry

/// Delivers batches to a backend over OTLP/HTTP.
final class OTLPHTTPExporter: ChainExporter {
  let chain: DeliveryChain

  init(_ config: OTLPHTTPExporterConfig, _ settings: ComponentSettings) {
    // A limit of connections holds for all shards together, so it needs one that counts them.
    chain = DeliveryChain(config.delivery, settings, spreads: config.maxConnections == nil) {
      OTLPHTTPSender(config, settings, on: $0)
    }
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
