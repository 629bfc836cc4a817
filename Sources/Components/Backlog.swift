public import Dispatch
internal import Synchronization
public import Queues
public import Telemetry

/// Hands batches to a consumer and keeps those that it refuses for now, to offer them again in order.
///
/// While anything is kept, `refusal` tells whoever is in front to stop sending, so the backlog holds
/// little more than what was under way when the consumer began to refuse.
public final class Backlog: Sendable {
  private static let firstDelay = Duration.milliseconds(20)
  private static let longestDelay = Duration.milliseconds(500)

  /// What is kept; confined to the shard.
  private final class Kept {
    var batches: [TelemetryBatch] = []
    var timer: ShardTimer?
    var delay = Backlog.firstDelay
    var drained: [@Sendable () -> Void] = []
  }

  private let consumer: any Consumer
  private let kept: ShardBound<Kept>
  private let keptCount = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)

  /// A backlog in front of `consumer` that keeps its batches on `shard`.
  public init(for consumer: any Consumer, on shard: Shard) {
    self.consumer = consumer
    kept = ShardBound(Kept(), to: shard)
  }

  /// Why a batch should not be offered now: what is kept comes first.
  public var refusal: DeliveryError? {
    if isStopped.load(ordering: .relaxed) { return .stopping }
    if keptCount.load(ordering: .relaxed) > 0 { return consumer.refusal ?? .queueFull }
    return consumer.refusal
  }

  /// That of the consumer; batches that are kept had no room there.
  public var congestion: Congestion {
    keptCount.load(ordering: .relaxed) > 0 ? .severe : consumer.congestion
  }

  /// Takes the batch in any case: hands it on, or keeps it until the consumer takes it.
  ///
  /// Any shard may call.
  public func offer(_ batch: TelemetryBatch) {
    if keptCount.load(ordering: .relaxed) == 0 {
      do {
        return try consumer.consume(batch)
      } catch {
        guard error.isRetryable else { return batch.delivery.fail(error) }
      }
    }
    keptCount.wrappingAdd(1, ordering: .relaxed)
    kept.shard.run { [self] in
      kept.value.batches.append(batch)
      if kept.value.timer == nil { scheduleNextOffer() }
    }
  }

  /// Offers what is kept until it is gone or the deadline is there, fails the rest, then calls `done`.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    kept.shard.post { [self] in
      kept.value.drained.append(done)
      offerKept()
      guard !kept.value.batches.isEmpty else { return }
      let now = DispatchTime.now().uptimeNanoseconds
      let left = deadline.uptimeNanoseconds > now ? deadline.uptimeNanoseconds - now : 0
      kept.shard.schedule(after: .nanoseconds(Int64(clamping: left))) { [self] in giveUp() }
    }
  }

  private func scheduleNextOffer() {
    kept.value.timer = kept.shard.schedule(after: kept.value.delay) { [self] in
      kept.value.timer = nil
      kept.value.delay = min(kept.value.delay * 2, Backlog.longestDelay)
      offerKept()
    }
  }

  private func offerKept() {
    var taken = 0
    for batch in kept.value.batches {
      do {
        try consumer.consume(batch)
      } catch {
        if error.isRetryable, error != .stopping { break }
        batch.delivery.fail(error)
      }
      taken += 1
    }
    if taken > 0 {
      kept.value.batches.removeFirst(taken)
      keptCount.wrappingSubtract(taken, ordering: .relaxed)
      kept.value.delay = Backlog.firstDelay
    }
    if !kept.value.batches.isEmpty {
      if kept.value.timer == nil { scheduleNextOffer() }
    } else {
      announceDrained()
    }
  }

  private func giveUp() {
    let left = kept.value.batches
    kept.value.batches = []
    keptCount.wrappingSubtract(left.count, ordering: .relaxed)
    for batch in left { batch.delivery.fail(.stopping) }
    kept.value.timer?.cancel()
    kept.value.timer = nil
    announceDrained()
  }

  private func announceDrained() {
    guard !kept.value.drained.isEmpty else { return }
    isStopped.store(true, ordering: .relaxed)
    let drained = kept.value.drained
    kept.value.drained = []
    for done in drained { done() }
  }
}
