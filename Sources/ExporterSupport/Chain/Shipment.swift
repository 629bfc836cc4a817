internal import Queues
internal import Telemetry

/// What is sent at once: one batch, or several that were merged.
final class Shipment {
  let parts: [QueuedBatch]
  let batch: TelemetryBatch
  var backoff: Backoff
  /// How often the batch was halved to come to this size.
  var halvings = 0
  var firstAttempt: MonotonicTime?
  /// The number of the attempt that runs or ran last; answers to earlier ones are not heard.
  private(set) var attempt = 0
  private(set) var isInFlight = false
  /// The wait for the next attempt, or the limit of the one that runs.
  var timer: ShardTimer?

  init(_ parts: [QueuedBatch], metadataKeys: [String], retry: RetryConfig) {
    self.parts = parts
    backoff = Backoff(retry)
    guard parts.count > 1 else {
      batch = parts[0].batch
      return
    }
    var payload = parts[0].batch.payload
    for part in parts.dropFirst() { payload.append(part.batch.payload) }
    let origin = Origin(
      metadata: parts[0].batch.origin.metadata.filter { metadataKeys.contains($0.name) })
    batch = TelemetryBatch(
      signal: parts[0].batch.signal, payload: payload, origin: origin, delivery: .unobserved)
  }

  var itemCount: Int { batch.payload.itemCount }

  func beginAttempt() -> Int {
    attempt += 1
    isInFlight = true
    return attempt
  }

  func endAttempt() {
    isInFlight = false
    timer?.cancel()
    timer = nil
  }
}
