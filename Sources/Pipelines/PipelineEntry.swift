internal import Components
internal import Diagnostics
internal import Queues
internal import Synchronization
internal import Telemetry

/// The head of a pipeline: answers senders as the pipeline's `acknowledge` setting says.
final class PipelineEntry: Consumer {
  private let acknowledge: Acknowledgement
  private let next: any Consumer
  private let log: Log
  private let metrics: PipelineMetrics
  private let pacer: AcknowledgementPacer
  private let isStopped = Atomic<Bool>(false)
  private let lost = LossCount()

  init(
    acknowledge: Acknowledgement, next: any Consumer, log: Log,
    metrics: PipelineMetrics = .unregistered, on shard: Shard
  ) {
    pacer = AcknowledgementPacer(next, on: shard)
    self.acknowledge = acknowledge
    self.next = next
    self.log = log
    self.metrics = metrics
  }

  var refusal: DeliveryError? {
    isStopped.load(ordering: .relaxed) ? .stopping : next.refusal
  }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    let itemCount = batch.payload.itemCount
    do throws(DeliveryError) {
      try take(batch, itemCount)
    } catch {
      metrics.refuse(itemCount, error)
      throw error
    }
    metrics.received.add(itemCount)
  }

  private func take(_ batch: TelemetryBatch, _ itemCount: Int) throws(DeliveryError) {
    if isStopped.load(ordering: .relaxed) { throw .stopping }
    // Counted as held before it is handed on: it may be settled before `consume` returns.
    metrics.hold(itemCount)
    do throws(DeliveryError) {
      switch acknowledge {
      case .delivered: try forward(batch)
      case .accepted: try accept(batch)
      }
    } catch {
      metrics.hold(-itemCount)
      throw error
    }
  }

  var congestion: Congestion { next.congestion }

  /// The items that senders believe safe and that were dropped since the stop began.
  ///
  /// A merged batch that fails in part counts as a whole.
  var lostItemCount: Int { lost.count.load(ordering: .relaxed) }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    lost.isCounting.store(true, ordering: .relaxed)
    pacer.releaseAll()
  }

  /// Hands the batch on under a promise that passes its outcome to the sender.
  private func forward(_ batch: TelemetryBatch) throws(DeliveryError) {
    let sender = batch.delivery
    let account = BatchAccount(batch.payload.itemCount, metrics)
    var forwarded = batch
    forwarded.delivery = Delivery(
      holding: sender.reservation, countLeftOut: account.leaveOut
    ) { outcome in
      account.settle(outcome)
      sender.settle(outcome)
    }
    do {
      try next.consume(forwarded)
    } catch {
      forwarded.delivery.withdraw()
      throw error
    }
  }

  /// Hands the batch on under a promise of the pipeline's own, then tells the sender that it is safe.
  private func accept(_ batch: TelemetryBatch) throws(DeliveryError) {
    let sender = batch.delivery
    let account = BatchAccount(batch.payload.itemCount, metrics)
    var accepted = batch
    accepted.delivery = Delivery(
      holding: sender.reservation, countLeftOut: account.leaveOut
    ) { [log, lost] outcome in
      let itemCount = account.settle(outcome)
      guard case .failure(let error) = outcome else { return }
      lost.add(itemCount)
      log.error(
        "accepted telemetry was dropped",
        ["items": .int(itemCount), "reason": "\(error)"])
    }
    do {
      try next.consume(accepted)
    } catch {
      accepted.delivery.withdraw()
      throw error
    }
    if next.congestion > .none {
      pacer.hold(sender, byteCount: batch.payload.byteCount)
    } else {
      sender.succeed()
    }
  }
}

/// Counts what is lost at a stop; batches hold it, and not their pipeline.
private final class LossCount: Sendable {
  let isCounting = Atomic<Bool>(false)
  let count = Atomic<Int>(0)

  func add(_ itemCount: Int) {
    guard isCounting.load(ordering: .relaxed) else { return }
    count.wrappingAdd(itemCount, ordering: .relaxed)
  }
}
