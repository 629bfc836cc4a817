public import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// Refuses data, so that senders try again, while the process has more memory than it is meant to.
///
/// Batches pass on the shard that brought them.
final class MemoryLimiterProcessor: Processor {
  private let watch: MemoryWatch
  private let next: any Consumer
  private let home: Shard
  private let log: Log
  private let accepted: Counter
  private let refused: Counter
  private let isRunning = Atomic<Bool>(false)
  private let isStopped = Atomic<Bool>(false)

  init(
    _ config: MemoryLimiterConfig, _ settings: ComponentSettings, _ signal: Signal,
    _ next: any Consumer
  ) {
    watch = config.watch
    self.next = next
    home = settings.shards.next()
    log = settings.log
    let items = signal.metricItemName
    accepted = settings.metrics.counter("otelcol_processor_memory_limiter_accepted_\(items)")
    refused = settings.metrics.counter("otelcol_processor_memory_limiter_refused_\(items)")
  }

  func start(_ host: any Host) throws(ComponentError) {
    watch.join(on: home, log)
    isRunning.store(true, ordering: .relaxed)
  }

  var outline: String {
    "refuses above \(watch.limits.soft >> 20) MiB, \(watch.limits.hard >> 20) MiB at most"
  }

  var refusal: DeliveryError? {
    if isStopped.load(ordering: .relaxed) { return .stopping }
    return watch.refusal ?? next.refusal
  }

  var congestion: Congestion { next.congestion }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if isStopped.load(ordering: .relaxed) { throw .stopping }
    let count = batch.payload.itemCount
    if let refusal = watch.refusal {
      refused.add(count)
      throw refusal
    }
    try next.consume(batch)
    accepted.add(count)
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    isStopped.store(true, ordering: .relaxed)
    if isRunning.exchange(false, ordering: .relaxed) { watch.leave() }
    done()
  }
}

extension ProcessorFactory {
  /// Makes `memory_limiter` processors.
  public static let memoryLimiter = ProcessorFactory(
    ComponentType(
      "memory_limiter",
      signals: [.traces: .beta, .metrics: .beta, .logs: .beta, .profiles: .beta],
      summary: "Refuses data while the process has more memory than it is meant to.")
  ) { (config: MemoryLimiterConfig, settings, signal, next) in
    MemoryLimiterProcessor(config, settings, signal, next)
  }
}
