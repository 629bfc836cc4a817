internal import Components
internal import Diagnostics
internal import Queues
internal import Telemetry

/// The part of a delivery chain that lives on its home shard.
final class ChainCore {
  enum Phase {
    case idle, running, draining, closed
  }

  /// What the collector was last told of the exporter.
  enum Health {
    case ok, recovering, failed
  }

  /// From one line of a kind to the next.
  private static let logInterval = Duration.seconds(10)

  let config: DeliveryConfig
  let id: ComponentID
  let log: Log
  let shard: Shard
  let sender: any BatchSender
  let admission: Admission
  let metrics: ChainMetrics
  let random: @Sendable () -> Double
  private let consumerCount: Int

  var phase = Phase.idle
  var host: (any Host)?
  var health = Health.ok
  /// Shipments that have a consumer: in flight, or waiting for their next attempt.
  var active: [ObjectIdentifier: Shipment] = [:]
  /// Shipments that wait for a consumer.
  var ready = FIFO<Shipment>()
  var queue = FIFO<QueuedBatch>()
  var assembly: Assembly?
  /// All batches in the order of arrival, settled ones dropped once they are first.
  private var arrivals = FIFO<QueuedBatch>()
  private var isPumping = false

  var stopDeadline: MonotonicTime?
  var stopTimer: ShardTimer?
  var stopWaiters: [@Sendable () -> Void] = []
  var lost: [Signal: Int] = [:]

  var retryThrottle = Throttle(every: ChainCore.logInterval)
  var dropThrottle = Throttle(every: ChainCore.logInterval)
  var rejectThrottle = Throttle(every: ChainCore.logInterval)
  var divisionThrottle = Throttle(every: ChainCore.logInterval)

  init(
    _ config: DeliveryConfig, id: ComponentID, log: Log, shard: Shard, sender: any BatchSender,
    admission: Admission, metrics: ChainMetrics, random: @escaping @Sendable () -> Double
  ) {
    self.config = config
    self.id = id
    self.log = log
    self.shard = shard
    self.sender = sender
    self.admission = admission
    self.metrics = metrics
    self.random = random
    consumerCount = config.queue.isEnabled ? config.queue.consumerCount : .max
    assembly = config.queue.isEnabled ? config.queue.batch.map(Assembly.init) : nil
  }

  func open(_ host: any Host) throws(ComponentError) {
    guard phase == .idle else { throw ComponentError("the exporter was started before") }
    try sender.open(host)
    self.host = host
    phase = .running
    admission.setWorkOpen(true)
  }

  /// Puts an admitted batch in line.
  func accept(_ batch: TelemetryBatch, size: Int) {
    let queued = QueuedBatch(batch, size: size, arrival: shard.now)
    if phase == .closed {
      // Admitted on another shard in the moment of the stop.
      lose(queued)
      reportLost()
      return
    }
    if batch.payload.isEmpty {
      settle([queued], .success(()))
      return
    }
    arrivals.append(queued)
    noteOldest()
    queue.append(queued)
    pump()
  }

  /// Gives free consumers something to send; harmless at any time.
  func pump() {
    guard !isPumping, phase == .running || phase == .draining else { return }
    isPumping = true
    while active.count < consumerCount {
      if let shipment = ready.popFirst() {
        active[ObjectIdentifier(shipment)] = shipment
        attempt(shipment)
      } else if let queued = queue.popFirst() {
        assemble(queued)
      } else if phase == .draining, assembly?.isEmpty == false {
        for parts in assembly?.takeAll() ?? [] { makeReady(parts) }
      } else {
        break
      }
    }
    isPumping = false
    closeIfDrained()
  }

  private func assemble(_ queued: QueuedBatch) {
    guard let addition = assembly?.add(queued) else {
      makeReady([queued])
      return
    }
    for parts in addition.complete { makeReady(parts) }
    guard let (key, generation) = addition.opened else { return }
    shard.schedule(after: config.queue.batch?.flushTimeout ?? .zero) { [weak self] in
      guard let self, let parts = self.assembly?.take(key, generation: generation) else { return }
      self.makeReady(parts)
      self.pump()
    }
  }

  private func makeReady(_ parts: [QueuedBatch]) {
    ready.append(makeShipment(parts))
  }

  func makeShipment(_ parts: [QueuedBatch]) -> Shipment {
    Shipment(parts, metadataKeys: assembly?.metadataKeys ?? [], retry: config.retry)
  }

  /// Ends a shipment: its consumer is free, its room is given back, its deliveries settle.
  func finish(_ shipment: Shipment, _ outcome: Delivery.Outcome) {
    active[ObjectIdentifier(shipment)] = nil
    settle(shipment.parts, outcome)
    pump()
  }

  /// Settles batches; all of the chain's own state is settled before the first waiter hears of it.
  func settle(_ parts: [QueuedBatch], _ outcome: Delivery.Outcome) {
    for part in parts {
      guard let whole = part.markSettled() else { continue }
      admission.release(size: whole.size, byteCount: whole.batch.payload.byteCount)
    }
    noteOldest()
    for part in parts { part.batch.delivery.settle(outcome) }
  }

  private func noteOldest() {
    while let first = arrivals.first, first.isSettled { _ = arrivals.popFirst() }
    admission.setOldestArrival(arrivals.first?.arrival)
  }
}
