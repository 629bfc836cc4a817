public import Components
internal import Dispatch
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Delivers batches to a backend over OTLP/gRPC.
final class OTLPGRPCExporter: Exporter {
  private let chain: DeliveryChain

  init(_ config: OTLPGRPCExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    chain = DeliveryChain(
      config.delivery, settings, on: shard, sender: OTLPGRPCSender(config, settings, on: shard))
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
