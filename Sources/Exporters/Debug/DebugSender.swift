internal import Components
internal import Dispatch
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Hands batches to the printer on the printer's own queue.
final class DebugSender: BatchSender {
  private let shard: Shard
  private let sampler: DebugSampler
  private let printer: QueueBound<DebugPrinter>
  private let completions: ShardBound<SendCompletions>

  init(_ config: DebugExporterConfig, _ settings: ComponentSettings, on shard: Shard) {
    self.shard = shard
    sampler = DebugSampler(initial: config.samplingInitial, thereafter: config.samplingThereafter)
    printer = QueueBound(
      DebugPrinter(config, settings.log),
      to: DispatchQueue(label: "swiftlet.exporter.\(settings.id)"))
    completions = ShardBound(SendCompletions(), to: shard)
  }

  func open(_ host: any Host) throws(ComponentError) {
    try printer.wait { (printer) throws(ComponentError) in try printer.open() }
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    guard sampler.admit(batch.signal, at: shard.now) else {
      done(.delivered)
      return
    }
    let work = { @Sendable [printer] in printer.value.print(batch.signal, batch.payload) }
    completions.run(on: printer.queue, work, done)
  }

  func close(_ done: @escaping () -> Void) {
    let work = { @Sendable [printer] () -> SendOutcome in
      printer.value.close()
      return .delivered
    }
    completions.run(on: printer.queue, work) { _ in done() }
  }
}
