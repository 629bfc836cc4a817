internal import Diagnostics
internal import Components
internal import Dispatch
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Hands batches to the writer on the writer's own queue and flushes it in time.
final class FileSender: BatchSender {
  private let config: FileExporterConfig
  private let shard: Shard
  private let writer: QueueBound<FileWriter>
  private let completions: ShardBound<SendCompletions>
  private var isFlushDue = false
  private var isDraining = false

  init(
    _ config: FileExporterConfig, _ settings: ComponentSettings, on shard: Shard,
    time: @escaping @Sendable () -> WallTime
  ) {
    self.config = config
    self.shard = shard
    let completions = ShardBound(SendCompletions(), to: shard)
    self.completions = completions
    writer = QueueBound(
      FileWriter(config, settings.log, time: time) { tickets, outcome in
        shard.post { for ticket in tickets { completions.value.answer(ticket, outcome) } }
      },
      to: DispatchQueue(label: "swiftlet.exporter.\(settings.id)"))
  }

  func open(_ host: any Host) throws(ComponentError) {
    try writer.wait { (writer) throws(ComponentError) in try writer.open() }
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let ticket = completions.value.keep(done)
    let writer = self.writer
    writer.queue.async { writer.value.write(batch.signal, batch.payload, ticket) }
    if isDraining || config.flushInterval <= .zero {
      flush()
    } else if !isFlushDue {
      isFlushDue = true
      shard.schedule(after: config.flushInterval) { [weak self] in
        self?.isFlushDue = false
        self?.flush()
      }
    }
  }

  private func flush() {
    let writer = self.writer
    writer.queue.async { writer.value.flush() }
  }

  func drain() {
    isDraining = true
    flush()
  }

  func close(_ done: @escaping () -> Void) {
    let work = { @Sendable [writer] () -> SendOutcome in
      writer.value.close()
      return .delivered
    }
    completions.run(on: writer.queue, work) { _ in done() }
  }
}
