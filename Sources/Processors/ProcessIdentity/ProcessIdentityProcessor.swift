internal import Bytes
public import Components
internal import Diagnostics
internal import Dispatch
internal import Queues
internal import Synchronization
internal import Telemetry

/// Gives resources the process and the container of whoever sent them from this system.
///
/// While a connection's sender is looked up its batches wait on the processor's home shard, so many bytes and so long
/// at most. All others are handed on, on the shard that brought them.
final class ProcessIdentityProcessor: Processor {
  private let config: ProcessIdentityConfig
  private let signal: Signal
  private let next: any Consumer
  private let home: Shard
  private let backlog: Backlog
  private let waiting: ShardBound<WaitingBatches>
  private let waitingByteCount = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)
  private let identifiedBatches: Counter
  private let identifiedResources: Counter
  private let unidentified: [ConnectionSender.Reason: Counter]

  init(
    _ config: ProcessIdentityConfig, _ settings: ComponentSettings, _ signal: Signal,
    _ next: any Consumer
  ) {
    self.config = config
    self.signal = signal
    self.next = next
    home = settings.shards.next()
    backlog = Backlog(for: next, on: home)
    waiting = ShardBound(WaitingBatches(), to: home)
    let metrics = settings.metrics
    identifiedBatches = metrics.counter("swiftlet_process_identity_identified_batches")
    identifiedResources = metrics.counter("swiftlet_process_identity_identified_resources")
    unidentified = Dictionary(
      uniqueKeysWithValues: ConnectionSender.Reason.allCases.map { reason in
        let scope = metrics.with("reason", reason.rawValue)
        return (reason, scope.counter("swiftlet_process_identity_unidentified_batches"))
      })
    config.directory.log(to: settings.log)
    metrics.observe("swiftlet_process_identity_waiting_bytes") { [weak self] in
      self?.waitingByteCount.load(ordering: .relaxed) ?? 0
    }
  }

  func start(_ host: any Host) throws(ComponentError) {}

  var refusal: DeliveryError? {
    isStopped.load(ordering: .relaxed) ? .stopping : backlog.refusal
  }

  var congestion: Congestion { backlog.congestion }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if let refusal { throw refusal }
    guard let connection = batch.origin.connection else {
      return try passUnidentified(batch, .remote)
    }
    let sender = config.directory.sender(of: connection)
    switch config.directory.answer(sender, home.clock) {
    case .known(let program):
      try next.consume(identified(batch, program))
      count(batch)
    case .unknown(let reason): try passUnidentified(batch, reason)
    case .pending:
      let byteCount = batch.payload.byteCount
      let total = waitingByteCount.wrappingAdd(byteCount, ordering: .relaxed).newValue
      guard total <= config.waitingLimit else {
        waitingByteCount.wrappingSubtract(byteCount, ordering: .relaxed)
        return try passUnidentified(batch, .full)
      }
      home.run { [self] in hold(batch, sender) }
    }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    home.post { [self] in
      // A batch that was on its way to the shard when this was posted has arrived before it.
      isStopped.store(true, ordering: .relaxed)
      for batch in waiting.value.removeAll() { release(batch, nil) }
      backlog.stop(by: deadline, done)
    }
  }

  private func passUnidentified(
    _ batch: TelemetryBatch, _ reason: ConnectionSender.Reason
  ) throws(DeliveryError) {
    try next.consume(batch)
    unidentified[reason]?.add()
  }

  private func hold(_ batch: TelemetryBatch, _ sender: ConnectionSender) {
    if isStopped.load(ordering: .relaxed) { return release(batch, nil) }
    let number = waiting.value.append(batch, until: home.now + config.timeout)
    if waiting.value.timer == nil { scheduleTimeout() }
    sender.whenKnown { [self] in
      home.run { [self] in
        guard let batch = waiting.value.remove(number) else { return }
        release(batch, sender)
      }
    }
  }

  private func scheduleTimeout() {
    guard let deadline = waiting.value.nextDeadline else { return }
    waiting.value.timer = home.schedule(after: deadline - home.clock.now) { [self] in
      waiting.value.timer = nil
      for batch in waiting.value.removeDue(at: home.clock.now) {
        unidentified[.timeout]?.add()
        release(batch, nil)
      }
      scheduleTimeout()
    }
  }

  /// Hands on a batch that waited; `sender` is known by now, or nil where it did not get known in time.
  private func release(_ batch: TelemetryBatch, _ sender: ConnectionSender?) {
    waitingByteCount.wrappingSubtract(batch.payload.byteCount, ordering: .relaxed)
    guard let sender else { return backlog.offer(batch) }
    switch sender.known {
    case .known(let program):
      do {
        backlog.offer(try identified(batch, program))
        count(batch)
      } catch {
        batch.delivery.fail(error)
      }
    case .unknown(let reason):
      unidentified[reason]?.add()
      backlog.offer(batch)
    case .pending: backlog.offer(batch)
    }
  }

  private func identified(
    _ batch: TelemetryBatch, _ program: RewriteProgram
  ) throws(DeliveryError) -> TelemetryBatch {
    var batch = batch
    do {
      batch.payload = try batch.payload.rewritten(
        by: program, signal: signal, origin: batch.origin
      ).payload
    } catch {
      throw .permanent("the batch cannot be rewritten: \(error)")
    }
    return batch
  }

  private func count(_ batch: TelemetryBatch) {
    identifiedBatches.add()
    identifiedResources.add(batch.payload.resourceCount)
  }
}

extension Payload {
  /// The number of resources, which are the top-level fields of each signal.
  fileprivate var resourceCount: Int {
    var count = 0
    for slice in slices {
      var reader = WireReader(slice.span)
      while let field = try? reader.nextField(), (try? reader.skip(field.type)) != nil {
        if field.number == 1 { count += 1 }
      }
    }
    return count
  }
}

extension ProcessorFactory {
  /// Makes `process_identity` processors.
  public static let processIdentity = ProcessorFactory(
    ComponentType(
      "process_identity", signals: [.traces: .beta, .metrics: .beta, .logs: .beta],
      summary: "Gives resources the process and container of whoever sent them from this system.")
  ) { (config: ProcessIdentityConfig, settings, signal, next) in
    ProcessIdentityProcessor(config, settings, signal, next)
  }
}
