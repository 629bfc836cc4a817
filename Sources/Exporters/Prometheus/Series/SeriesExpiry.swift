internal import Diagnostics
internal import Dispatch
internal import Queues

/// Lets go of expired series now and then where neither batches nor scrapes come.
///
/// Confined to the exporter's shard; there is no timer while there are no series.
final class SeriesExpiry {
  private let store: QueueBound<SeriesStore>
  private let metrics: PrometheusMetrics
  private let interval: Duration?
  private var timer: ShardTimer?
  private var isSweeping = false
  private var isStopped = false

  /// An expiry that looks every `interval`; never where it is nil.
  init(
    _ store: QueueBound<SeriesStore>, _ metrics: PrometheusMetrics, every interval: Duration?
  ) {
    self.store = store
    self.metrics = metrics
    self.interval = interval
  }

  /// Looks for expired series after the interval, unless that is under way.
  func expect(on shard: Shard) {
    guard let interval, timer == nil, !isSweeping, !isStopped else { return }
    let bound = ShardBound(confined: self, to: shard)
    timer = shard.schedule(after: interval) {
      let expiry = bound.value
      expiry.timer = nil
      expiry.isSweeping = true
      expiry.sweep(bound)
    }
  }

  /// Ends the looking.
  func stop() {
    isStopped = true
    timer?.cancel()
    timer = nil
  }

  private func sweep(_ bound: ShardBound<SeriesExpiry>) {
    let (store, metrics, shard) = (store, metrics, bound.shard)
    store.queue.async {
      store.value.advance(to: shard.clock.now)
      let count = store.value.liveCount
      metrics.series.set(count)
      shard.post {
        bound.value.isSweeping = false
        if count > 0 { bound.value.expect(on: shard) }
      }
    }
  }
}
