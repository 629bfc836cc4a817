public import Components
public import Dispatch
internal import Diagnostics
public import Queues
internal import Synchronization
public import Telemetry

/// What all exporters share between a pipeline and the destination: queue, merging, timeout, retry.
///
/// The chain and its sender live on one home shard. `refusal` and `consume` answer on any thread
/// from atomic counters, without waiting. A batch taken counts against the queue until its delivery
/// settles, which happens once: with the outcome of sending, or as `.stopping`.
public final class DeliveryChain: Sendable {
  /// The shard on which the chain works and calls its sender.
  public let shard: Shard
  private let id: ComponentID
  private let log: Log
  private let admission: Admission
  private let metrics: ChainMetrics
  private let core: ShardBound<ChainCore>
  /// The size of the queue in words.
  let outline: String

  /// A chain that hands its batches to `sender` on `shard`.
  ///
  /// `random` gives numbers from 0 up to but not including 1, for the waits between attempts.
  public init(
    _ config: DeliveryConfig, _ settings: ComponentSettings, on shard: Shard,
    sender: sending any BatchSender,
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.shard = shard
    id = settings.id
    log = settings.log
    admission = Admission(config.queue, sendingShards: sender.shardCount)
    outline = config.queue.outline
    metrics = ChainMetrics(settings.metrics, config.queue, admission, clock: shard.clock)
    core = ShardBound(
      ChainCore(
        config, id: settings.id, log: settings.log, shard: shard, sender: sender,
        admission: admission, metrics: metrics, random: random),
      to: shard)
  }

  /// Why a batch offered now would be refused, or nil where it would be taken.
  public var refusal: DeliveryError? { admission.refusal }

  /// Whether more is held than the batches that are under way.
  public var congestion: Congestion { admission.congestion }

  /// Takes the batch or refuses it at once; a batch without items is delivered at once.
  ///
  /// - Throws: `.queueFull` where the queue has no room, `.stopping` after `stop`
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    let size: Int
    do {
      size = try admission.admit(batch.payload)
    } catch {
      metrics.refused(batch.signal, batch.payload.itemCount)
      if error == .queueFull { warnFull() }
      throw error
    }
    metrics.enqueued(batch.payload)
    let core = self.core
    shard.run { core.value.accept(batch, size: size) }
  }

  private func warnFull() {
    guard admission.mayWarnFull(at: shard.clock.now) else { return }
    log.warn(
      "the sending queue is full: senders are told to try again; consider a larger queue_size")
  }

  /// Opens the sender and begins to take batches.
  ///
  /// Called outside the shard; waits for it.
  public func start(_ host: any Host) throws(ComponentError) {
    let opened = DispatchSemaphore(value: 0)
    let core = self.core
    let outcome = ProblemBox()
    shard.post {
      do throws(ComponentError) {
        try core.value.open(host)
      } catch {
        outcome.problem.withLock { $0 = error }
      }
      opened.signal()
    }
    opened.wait()
    if let error = outcome.problem.withLock({ $0 }) { throw error }
    admission.enter(.running)
  }

  /// Refuses new batches, sends what is held, and at `deadline` fails the rest with `.stopping`.
  ///
  /// Waits between attempts are cut short: what waits is tried at once. Calls `done` once.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    guard admission.beginStop() else {
      done()
      return
    }
    let now = DispatchTime.now().uptimeNanoseconds
    let end = deadline.uptimeNanoseconds
    let remaining = end > now ? Int64(clamping: end - now) : 0
    let core = self.core
    shard.post { core.value.stop(within: .nanoseconds(remaining), done) }
  }
}

/// Carries an error out of a closure that runs on the shard.
private final class ProblemBox: Sendable {
  let problem = Mutex<ComponentError?>(nil)
}
