public import Components
internal import ExporterSupport
internal import Telemetry

/// Delivers batches to a backend over OTLP/gRPC.
final class OTLPGRPCExporter: ChainExporter {
  let chain: DeliveryChain

  init(_ config: OTLPGRPCExporterConfig, _ settings: ComponentSettings) {
    chain = DeliveryChain(config.delivery, settings) {
      OTLPGRPCSender(config, settings, on: $0)
    }
  }
}

extension ExporterFactory {
  /// Makes `otlp_grpc` exporters.
  public static let otlpGRPC = ExporterFactory(
    ComponentType(
      "otlp_grpc", aliases: ["otlp"],
      signals: [.traces: .stable, .metrics: .stable, .logs: .stable, .profiles: .development],
      summary: "Delivers to a backend over OTLP/gRPC.")
  ) { (config: OTLPGRPCExporterConfig, settings) in
    OTLPGRPCExporter(config, settings)
  }
}
