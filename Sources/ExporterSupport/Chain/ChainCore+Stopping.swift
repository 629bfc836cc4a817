internal import Components
internal import Diagnostics
internal import Queues
internal import Telemetry

extension ChainCore {
  /// How long after the deadline a sender may take to close before the stop ends without it.
  private static let closeGrace = Duration.seconds(1)

  /// Sends what is held, for at most `time`, then closes; `done` is called when that has happened.
  func stop(within time: Duration, _ done: @escaping @Sendable () -> Void) {
    guard phase != .closed || !stopWaiters.isEmpty else { return done() }
    stopWaiters.append(done)
    guard phase == .running else { return }
    phase = .draining
    stopDeadline = shard.clock.now + time
    stopTimer = shard.schedule(after: time) { [weak self] in self?.expire() }
    sender.drain()
    for shipment in Array(active.values) where !shipment.isInFlight {
      shipment.timer?.cancel()
      attempt(shipment)
    }
    pump()
  }

  /// Closes once nothing is held any more.
  func closeIfDrained() {
    guard phase == .draining, active.isEmpty, ready.isEmpty, queue.isEmpty,
      assembly?.isEmpty ?? true
    else { return }
    close()
  }

  /// The deadline has come: whatever is left fails.
  private func expire() {
    // Drained in time, but the sender is still closing: nobody waits for it any longer.
    guard phase == .draining else { return finishStop() }
    var rest: [QueuedBatch] = []
    for shipment in active.values {
      if shipment.isInFlight { metrics.inFlight.add(-1) }
      shipment.endAttempt()
      rest += shipment.parts
    }
    active = [:]
    while let shipment = ready.popFirst() { rest += shipment.parts }
    for parts in assembly?.takeAll() ?? [] { rest += parts }
    while let queued = queue.popFirst() { rest.append(queued) }
    // Batches that deliveries hand over while they settle are lost as well.
    phase = .closed
    for queued in rest { lose(queued) }
    close()
    guard !stopWaiters.isEmpty else { return }
    stopTimer = shard.schedule(after: ChainCore.closeGrace) { [weak self] in self?.finishStop() }
  }

  /// Gives up a shipment whose next attempt would come after the deadline.
  func abandon(_ shipment: Shipment) {
    noteLost(shipment.batch.signal, shipment.itemCount)
    finish(shipment, .failure(.stopping))
  }

  /// Fails a batch that could not be sent before the stop.
  func lose(_ queued: QueuedBatch) {
    noteLost(queued.batch.signal, queued.batch.payload.itemCount)
    settle([queued], .failure(.stopping))
  }

  private func noteLost(_ signal: Signal, _ count: Int) {
    metrics.failed(signal, count)
    lost[signal, default: 0] += count
  }

  /// Writes how many items of each signal were lost since the last call.
  func reportLost() {
    for (signal, count) in lost.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      log.error(
        "lost telemetry that could not be sent before the stop",
        ["signal": .string(signal.rawValue), "items": .int(count)])
    }
    lost = [:]
  }

  private func close() {
    phase = .closed
    reportLost()
    sender.close { [self] in finishStop() }
  }

  /// Tells those who wait that the chain has stopped; harmless when called again.
  private func finishStop() {
    stopTimer?.cancel()
    admission.setWorkOpen(false)
    host = nil
    let waiters = stopWaiters
    stopWaiters = []
    for waiter in waiters { waiter() }
  }
}
