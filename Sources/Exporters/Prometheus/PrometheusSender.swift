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
  private let expiry: ShardBound<SeriesExpiry>

  init(
    _ store: QueueBound<SeriesStore>, _ metrics: PrometheusMetrics, sweepInterval: Duration?,
    on shard: Shard
  ) {
    self.shard = shard
    self.store = store
    self.metrics = metrics
    completions = ShardBound(SendCompletions(), to: shard)
    expiry = ShardBound(SeriesExpiry(store, metrics, every: sweepInterval), to: shard)
  }

  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void
  ) {
    let ticket = completions.value.keep(done)
    let (store, metrics, completions, shard) = (store, metrics, completions, shard)
    let expiry = expiry
    let payload = batch.payload
    store.queue.async {
      let outcome = PrometheusSender.apply(payload, store.value, metrics, at: shard.clock.now)
      shard.post {
        expiry.value.expect(on: shard)
        completions.value.answer(ticket, outcome)
      }
    }
  }

  func close(_ done: @escaping () -> Void) {
    expiry.value.stop()
    done()
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
