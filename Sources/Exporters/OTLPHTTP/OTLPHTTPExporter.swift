public import Components
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Delivers batches to a backend over OTLP/HTTP.
final class OTLPHTTPExporter: ChainExporter {
  let chain: DeliveryChain

  init(_ config: OTLPHTTPExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    // A limit of connections holds for all shards together, so it needs one that counts them.
    guard settings.shards.all.count > 1, config.maxConnections == nil else {
      chain = DeliveryChain(
        config.delivery, settings, on: shard, sender: OTLPHTTPSender(config, settings, on: shard))
      return
    }
    let senders = settings.shards.all.map {
      ShardBound<any BatchSender>(OTLPHTTPSender(config, settings, on: $0), to: $0)
    }
    chain = DeliveryChain(
      config.delivery, settings, on: shard, sender: SpreadSender(home: shard, over: senders))
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
