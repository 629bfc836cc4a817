internal import Diagnostics
internal import Queues
internal import Telemetry

/// The metrics that every exporter has, under the reference's names.
struct ChainMetrics: Sendable {
  /// The counters of one signal.
  struct Items: Sendable {
    let sent: Counter
    let failed: Counter
    let refused: Counter
  }

  let inFlight: Gauge
  private let items: [Signal: Items]
  private let enqueuedItems: Histogram?
  private let enqueuedBytes: Histogram?
  private let sendItems: Histogram
  private let sendBytes: Histogram

  init(
    _ scope: MetricsScope, _ config: SendingQueueConfig, _ admission: Admission,
    clock: any ShardClock
  ) {
    inFlight = scope.gauge("otelcol_exporter_in_flight_requests")
    // Without a queue nothing is put into one.
    let enqueue = config.isEnabled ? "otelcol_exporter_enqueue_size" : nil
    enqueuedItems = enqueue.map { scope.histogram($0, bounds: Histogram.itemBounds) }
    enqueuedBytes = enqueue.map { scope.histogram($0 + "_bytes", bounds: Histogram.byteBounds) }
    let send = "otelcol_exporter_queue_batch_send_size"
    sendItems = scope.histogram(send, bounds: Histogram.itemBounds)
    sendBytes = scope.histogram(send + "_bytes", bounds: Histogram.byteBounds)
    var items: [Signal: Items] = [:]
    for signal in Signal.allCases {
      let unit = signal.metricItemName
      items[signal] = Items(
        sent: scope.counter("otelcol_exporter_sent_\(unit)"),
        failed: scope.counter("otelcol_exporter_send_failed_\(unit)"),
        refused: scope.counter("otelcol_exporter_enqueue_failed_\(unit)"))
    }
    self.items = items
    if config.isEnabled {
      let capacity = config.queueSize
      scope.observe("otelcol_exporter_queue_size") { admission.usedSize }
      scope.observe("otelcol_exporter_queue_capacity") { capacity }
    }
    scope.observe("swiftlet_exporter_held_bytes") { admission.heldByteCount }
    scope.observeLevel("swiftlet_exporter_oldest_batch_age_seconds") {
      let oldest = admission.oldestArrival
      // Whole milliseconds are enough, and keep the text short.
      let age = oldest == 0 ? 0 : max(0, clock.now.nanoseconds - oldest) / 1_000_000
      return Double(age) / 1000
    }
  }

  func sent(_ signal: Signal, _ count: Int) { items[signal]?.sent.add(count) }
  func failed(_ signal: Signal, _ count: Int) { items[signal]?.failed.add(count) }
  func refused(_ signal: Signal, _ count: Int) { items[signal]?.refused.add(count) }

  func enqueued(_ payload: Payload) {
    enqueuedItems?.record(payload.itemCount)
    enqueuedBytes?.record(payload.byteCount)
  }

  func began(_ payload: Payload) {
    inFlight.add(1)
    sendItems.record(payload.itemCount)
    sendBytes.record(payload.byteCount)
  }
}
