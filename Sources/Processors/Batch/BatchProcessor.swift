public import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// Joins small batches to larger ones, by number of items and by time.
///
/// What waits belongs to one home shard. Joining moves references to slices, never bytes. A joined
/// batch settles the promise of every batch in it.
final class BatchProcessor: Processor {
  private let config: BatchConfig
  private let signal: Signal
  private let home: Shard
  private let backlog: Backlog
  private let waiting: ShardBound<BatchGroups>
  private let isStopped = Atomic<Bool>(false)
  private let waitingGroups = Atomic<Int>(0)
  private let sendItems: Histogram
  private let sendBytes: Histogram
  private let sizeTriggers: Counter
  private let timeoutTriggers: Counter

  init(
    _ config: BatchConfig, _ settings: ComponentSettings, _ signal: Signal, _ next: any Consumer
  ) {
    self.config = config
    self.signal = signal
    home = settings.shards.next()
    backlog = Backlog(for: next, on: home)
    waiting = ShardBound(BatchGroups(config, signal), to: home)
    let send = "otelcol_processor_batch_batch_send_size"
    sendItems = settings.metrics.histogram(send, bounds: Histogram.itemBounds)
    sendBytes = settings.metrics.histogram(send + "_bytes", bounds: Histogram.byteBounds)
    sizeTriggers = settings.metrics.counter("otelcol_processor_batch_batch_size_trigger_send")
    timeoutTriggers = settings.metrics.counter("otelcol_processor_batch_timeout_trigger_send")
    settings.metrics.observe("otelcol_processor_batch_metadata_cardinality") { [weak self] in
      self?.waitingGroups.load(ordering: .relaxed) ?? 0
    }
  }

  func start(_ host: any Host) throws(ComponentError) {}

  var outline: String {
    let size = config.sendBatchSize > 0 ? "up to \(config.sendBatchSize) items or " : ""
    return "\(size)\(config.timeout)"
  }

  var refusal: DeliveryError? {
    isStopped.load(ordering: .relaxed) ? .stopping : backlog.refusal
  }

  var congestion: Congestion { backlog.congestion }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if let refusal { throw refusal }
    guard signal.mergesByConcatenation, !batch.payload.isEmpty else {
      return backlog.offer(batch)
    }
    // Not `run`: its closure would be an allocation for each batch, also where none is needed.
    if home.isCurrent { add(batch) } else { home.post { [self] in add(batch) } }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    home.post { [self] in
      // A batch that was on its way to the shard when this was posted has arrived before it.
      isStopped.store(true, ordering: .relaxed)
      for group in waiting.value.removeAll() { send(group.take(all: true)) }
      backlog.stop(by: deadline, done)
    }
  }

  private func add(_ batch: TelemetryBatch) {
    if let longest = waiting.value.groupToSendBefore(batch.origin) { sendAll(longest) }
    let group = waiting.value.group(for: batch.origin)
    group.append(batch)
    if config.timeout == .zero {
      return sendAll(group)
    }
    if config.sendBatchSize > 0, group.itemCount >= config.sendBatchSize {
      sizeTriggers.add()
      send(group.take(all: false))
      if group.isEmpty { return remove(group) }
    }
    if isStopped.load(ordering: .relaxed) { return sendAll(group) }
    if group.timer == nil {
      group.timer = home.schedule(after: config.timeout) { [self] in
        timeoutTriggers.add()
        sendAll(group)
      }
    }
    waitingGroups.store(waiting.value.count, ordering: .relaxed)
  }

  private func sendAll(_ group: BatchGroup) {
    send(group.take(all: true))
    remove(group)
  }

  private func remove(_ group: BatchGroup) {
    waiting.value.remove(group)
    waitingGroups.store(waiting.value.count, ordering: .relaxed)
  }

  private func send(_ ready: [BatchGroup.Ready]) {
    for part in ready {
      sendItems.record(part.payload.itemCount)
      sendBytes.record(part.payload.byteCount)
      backlog.offer(
        TelemetryBatch(
          signal: signal, payload: part.payload, origin: part.origin, delivery: part.delivery))
    }
  }
}

extension ProcessorFactory {
  /// Makes `batch` processors.
  public static let batch = ProcessorFactory(
    ComponentType(
      "batch", signals: [.traces: .stable, .metrics: .stable, .logs: .stable, .profiles: .beta],
      summary: "Joins small batches to larger ones, by number of items and by time.")
  ) { (config: BatchConfig, settings, signal, next) in
    BatchProcessor(config, settings, signal, next)
  }
}
