public import Components
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// An exporter that writes what passes by for people to read.
///
/// Text is made and written on a queue of its own, one batch at a time. What waits is bounded; when
/// the output cannot keep up, batches are refused.
final class DebugExporter: ChainExporter {
  let chain: DeliveryChain

  /// A debug exporter that is opened by `start`.
  init(_ config: DebugExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    chain = DeliveryChain(
      DeliveryConfig(
        timeout: .zero, queue: config.queue, retry: RetryConfig(isEnabled: false)),
      settings, on: shard, sender: DebugSender(config, settings, on: shard))
  }
}

extension ExporterFactory {
  /// Makes debug exporters.
  public static let debug = ExporterFactory(
    ComponentType(
      "debug",
      signals: [.traces: .beta, .metrics: .beta, .logs: .beta, .profiles: .development],
      summary: "Writes what passes by for people to read.")
  ) { (config: DebugExporterConfig, settings) throws(ComponentError) in
    DebugExporter(config, settings)
  }
}
