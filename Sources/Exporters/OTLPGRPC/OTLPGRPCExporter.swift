public import Components
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Delivers batches to a backend over OTLP/gRPC.
final class OTLPGRPCExporter: ChainExporter {
  let chain: DeliveryChain

  init(_ config: OTLPGRPCExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    guard settings.shards.all.count > 1 else {
      chain = DeliveryChain(
        config.delivery, settings, on: shard, sender: OTLPGRPCSender(config, settings, on: shard))
      return
    }
    let senders = settings.shards.all.map {
      ShardBound<any BatchSender>(OTLPGRPCSender(config, settings, on: $0), to: $0)
    }
    chain = DeliveryChain(
      config.delivery, settings, on: shard, sender: SpreadSender(home: shard, over: senders))
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
