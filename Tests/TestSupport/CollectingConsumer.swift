public import Components
internal import Synchronization
public import Telemetry

/// A consumer that keeps every batch and settles it as delivered.
public final class CollectingConsumer: Consumer {
  private struct State {
    var batches: [TelemetryBatch] = []
    var waiters: [(count: Int, resume: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())
  private let settles: Bool

  /// A consumer without batches; with `settles: false` the test settles the deliveries itself.
  public init(settles: Bool = true) {
    self.settles = settles
  }

  /// The batches taken so far, in order.
  public var batches: [TelemetryBatch] { state.withLock { $0.batches } }

  /// The items of all batches taken so far.
  public var itemCount: Int { batches.reduce(0) { $0 + $1.payload.itemCount } }

  /// Nothing is refused.
  public var refusal: DeliveryError? { nil }

  /// Keeps the batch.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    let ready = state.withLock { state in
      state.batches.append(batch)
      let count = state.batches.count
      let ready = state.waiters.filter { $0.count <= count }
      state.waiters.removeAll { $0.count <= count }
      return ready
    }
    if settles { batch.delivery.succeed() }
    for waiter in ready { waiter.resume() }
  }

  /// Waits until there are at least `count` batches and returns all.
  public func batches(atLeast count: Int) async -> [TelemetryBatch] {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        if state.batches.count >= count { return true }
        state.waiters.append((count, { continuation.resume() }))
        return false
      }
      if isThere { continuation.resume() }
    }
    return batches
  }
}
