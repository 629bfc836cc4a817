public import Components
public import Dispatch
internal import ExporterSupport
internal import Queues
public import Telemetry

/// An exporter that writes what passes by for people to read.
///
/// Text is made and written on a queue of its own, one batch at a time. What waits is bounded; when
/// the output cannot keep up, batches are refused.
public final class DebugExporter: Exporter {
  private let chain: DeliveryChain

  /// A debug exporter that is opened by `start`.
  public init(_ config: DebugExporterConfig, _ settings: ComponentSettings) {
    let shard = settings.shards.next()
    chain = DeliveryChain(
      DeliveryConfig(
        timeout: .zero, queue: config.queue, retry: RetryConfig(isEnabled: false)),
      settings, on: shard, sender: DebugSender(config, settings, on: shard))
  }

  /// Why a batch offered now would be refused, or nil where it would be taken.
  public var refusal: DeliveryError? { chain.refusal }

  public var isCongested: Bool { chain.isCongested }

  /// Takes the batch or refuses it at once.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    try chain.consume(batch)
  }

  /// Opens the outputs.
  public func start(_ host: any Host) throws(ComponentError) {
    try chain.start(host)
  }

  /// Writes what is held, then closes the outputs.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    chain.stop(by: deadline, done)
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
