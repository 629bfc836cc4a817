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
    let printer = self.printer
    let opened = printer.queue.sync { () -> Result<Void, ComponentError> in
      do throws(ComponentError) {
        return .success(try printer.value.open())
      } catch {
        return .failure(error)
      }
    }
    try opened.get()
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    guard sampler.admit(batch.signal, at: shard.now) else {
      done(.delivered)
      return
    }
    let ticket = completions.value.keep(done)
    let (printer, completions, shard) = (self.printer, self.completions, self.shard)
    printer.queue.async {
      let outcome = printer.value.print(batch.signal, batch.payload)
      shard.post { completions.value.answer(ticket, outcome) }
    }
  }

  func close(_ done: @escaping () -> Void) {
    let ticket = completions.value.keep { _ in done() }
    let (printer, completions, shard) = (self.printer, self.completions, self.shard)
    printer.queue.async {
      printer.value.close()
      shard.post { completions.value.answer(ticket, .delivered) }
    }
  }
}
