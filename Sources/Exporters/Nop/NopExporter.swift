public import Components
public import Dispatch
internal import Synchronization
public import Telemetry

/// An exporter that delivers every batch to nowhere, at once.
public final class NopExporter: Exporter {
  private let isStopped = Atomic<Bool>(false)

  /// A nop exporter.
  public init() {}

  /// `.stopping` after `stop`, else nil.
  public var refusal: DeliveryError? {
    isStopped.load(ordering: .acquiring) ? .stopping : nil
  }

  /// Settles the batch as delivered.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if let refusal { throw refusal }
    batch.delivery.succeed()
  }

  /// Opens nothing.
  public func start(_ host: any Host) throws(ComponentError) {}

  /// Stops taking batches; nothing is held.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    isStopped.store(true, ordering: .releasing)
    done()
  }
}

extension ExporterFactory {
  /// Makes nop exporters.
  public static let nop = ExporterFactory(
    ComponentType(
      "nop",
      signals: [.traces: .stable, .metrics: .stable, .logs: .stable, .profiles: .stable],
      summary: "Takes every batch and does nothing with it.")
  ) { (_: NopExporterConfig, _) throws(ComponentError) in NopExporter() }
}
