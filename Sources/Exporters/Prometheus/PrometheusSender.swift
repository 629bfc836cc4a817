internal import Diagnostics
internal import Dispatch
internal import ExporterSupport
internal import Queues
internal import Telemetry

/// Hands batches to the store on the store's queue.
final class PrometheusSender: BatchSender {
  private let shard: Shard
  private let store: QueueBound<SeriesStore>
  private let metrics: PrometheusMetrics
  private let completions: ShardBound<SendCompletions>

  init(_ store: QueueBound<SeriesStore>, _ metrics: PrometheusMetrics, on shard: Shard) {
    self.shard = shard
    self.store = store
    self.metrics = metrics
    completions = ShardBound(SendCompletions(), to: shard)
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let ticket = completions.value.keep(done)
    let (store, metrics, completions, shard) = (store, metrics, completions, shard)
    let payload = batch.payload
    store.queue.async {
      let outcome = PrometheusSender.apply(payload, store.value, metrics, at: shard.clock.now)
      shard.post { completions.value.answer(ticket, outcome) }
    }
  }

  private static func apply(
    _ payload: Payload, _ store: SeriesStore, _ metrics: PrometheusMetrics, at time: MonotonicTime
  ) -> SendOutcome {
    store.apply(payload, at: time)
    metrics.series.set(store.liveCount)
    if store.overflowedPointCount > 0 {
      metrics.countOverflowed(store.overflowedPointCount)
      store.overflowedPointCount = 0
    }
    let drops = store.takeDropped()
    guard !drops.isEmpty else { return .delivered }
    metrics.count(drops)
    let words = drops.map { "\($0.1) by \($0.0.rawValue)" }.joined(separator: ", ")
    let count = min(drops.reduce(0) { $0 + $1.1 }, payload.itemCount)
    return .delivered(rejectedItems: count, message: "points that are not exposed: \(words)")
  }
}
