internal import Components
internal import Diagnostics
internal import Queues
internal import Synchronization
internal import Telemetry

/// Hands finished requests to the pipelines, each until it is taken, in their order.
///
/// `send` and `isFull` belong to the receiver's queue; the rest runs on the home shard.
final class ProbeOutbox: Sendable {
  /// Requests held at most; with as many, nothing more is read off the rings.
  static let capacity = 2
  private static let retry = Duration.milliseconds(50)
  /// Pipelines that are full for less are no news: the rings hold what comes meanwhile.
  private static let patience = Duration.seconds(1)

  private let outlets: Outlets
  private let memory: MemoryBudget
  private let home: Shard
  private let log: Log
  private let counters: [ProgramCounters?]
  private let accepted: [Signal: Counter]
  private let refused: [Signal: Counter]
  private let heldCount = Atomic<Int>(0)
  private let state: ShardBound<State>

  private final class State {
    var waiting: [ProbeParcel] = []
    var isScheduled = false
    var isClosed = false
    var whenEmpty: [@Sendable () -> Void] = []
    var lastWarning: MonotonicTime?
    var waitingSince: MonotonicTime?
    var hasToldOfWait = false
  }

  /// An outbox for one receiver; `counters` has those of each program at its number.
  init(_ settings: ComponentSettings, _ outlets: Outlets, _ counters: [ProgramCounters?]) {
    self.outlets = outlets
    memory = settings.memory
    home = settings.shards.next()
    log = settings.log
    self.counters = counters
    let scope = settings.metrics.with("transport", "")
    accepted = [
      .logs: scope.counter("otelcol_receiver_accepted_log_records"),
      .metrics: scope.counter("otelcol_receiver_accepted_metric_points"),
    ]
    refused = [
      .logs: scope.counter("otelcol_receiver_refused_log_records"),
      .metrics: scope.counter("otelcol_receiver_refused_metric_points"),
    ]
    state = ShardBound(State(), to: home)
  }

  /// Whether nothing more may be sent for now.
  var isFull: Bool { heldCount.load(ordering: .acquiring) >= ProbeOutbox.capacity }

  /// Hands a request over; empty ones are left out.
  func send(_ parcel: ProbeParcel) {
    guard !parcel.payload.isEmpty || parcel.records.contains(where: { $0 > 0 }) else { return }
    heldCount.wrappingAdd(1, ordering: .releasing)
    home.post { [self] in
      state.value.waiting.append(parcel)
      offer()
    }
  }

  /// Calls `done` on the home shard once all that was sent before is taken or given up.
  func whenEmpty(_ done: @escaping @Sendable () -> Void) {
    home.post { [self] in
      if state.value.waiting.isEmpty { done() } else { state.value.whenEmpty.append(done) }
    }
  }

  /// Gives up what waits: its records count as refused.
  func close() {
    home.post { [self] in
      state.value.isClosed = true
      for parcel in state.value.waiting { giveUp(parcel, .stopping) }
      state.value.waiting = []
      finish()
    }
  }

  private func offer() {
    while let parcel = state.value.waiting.first {
      guard let problem = hand(over: parcel) else {
        goOn()
        next()
        continue
      }
      if problem.isRetryable, !state.value.isClosed { return wait(problem) }
      giveUp(parcel, problem)
      next()
    }
    finish()
  }

  /// Offers a request once; returns why it was not taken.
  private func hand(over parcel: ProbeParcel) -> DeliveryError? {
    guard let consumer = outlets[parcel.signal] else {
      settle(parcel)
      return nil
    }
    if let refusal = consumer.refusal { return refusal }
    if consumer.congestion > .none { return .retryable("the pipeline is congested", after: nil) }
    guard let reservation = memory.reserve(parcel.payload.byteCount) else { return .memoryPressure }
    let (accepted, refused) = (accepted[parcel.signal], refused[parcel.signal])
    let count = parcel.payload.itemCount
    let delivery = Delivery(holding: reservation) { outcome in
      switch outcome {
      case .success: accepted?.add(count)
      case .failure: refused?.add(count)
      }
    }
    let batch = TelemetryBatch(
      signal: parcel.signal, payload: parcel.payload, origin: Origin(), delivery: delivery)
    do {
      try consumer.consume(batch)
    } catch {
      delivery.withdraw()
      return error
    }
    settle(parcel)
    return nil
  }

  private func settle(_ parcel: ProbeParcel) {
    for (program, count) in parcel.records.enumerated() where count > 0 {
      counters[program]?.handedOver.add(count)
    }
  }

  private func giveUp(_ parcel: ProbeParcel, _ error: DeliveryError) {
    refused[parcel.signal]?.add(parcel.payload.itemCount)
    for (program, count) in parcel.records.enumerated() where count > 0 {
      counters[program]?.givenUp.add(count)
    }
    warn("what the kernel told was refused and is dropped", error)
  }

  private func next() {
    if !state.value.waiting.isEmpty { state.value.waiting.removeFirst() }
    heldCount.wrappingSubtract(1, ordering: .releasing)
  }

  private func wait(_ error: DeliveryError) {
    let since = state.value.waitingSince ?? home.now
    state.value.waitingSince = since
    if home.now - since >= ProbeOutbox.patience, !state.value.hasToldOfWait {
      state.value.hasToldOfWait = true
      log.warn(
        "what the kernel tells waits: the pipeline does not take it; what no longer fits into the rings is lost and counted",
        ["reason": .string("\(error)")])
    }
    guard !state.value.isScheduled else { return }
    state.value.isScheduled = true
    home.schedule(after: ProbeOutbox.retry) { [self] in
      state.value.isScheduled = false
      offer()
    }
  }

  private func goOn() {
    guard let since = state.value.waitingSince else { return }
    state.value.waitingSince = nil
    guard state.value.hasToldOfWait else { return }
    state.value.hasToldOfWait = false
    log.info(
      "the pipeline takes what the kernel tells again", ["waited": .string("\(home.now - since)")])
  }

  private func finish() {
    for done in exchange(&state.value.whenEmpty, with: []) { done() }
  }

  private func warn(_ message: String, _ error: DeliveryError) {
    let now = home.now
    if let last = state.value.lastWarning, now - last < .seconds(10) { return }
    state.value.lastWarning = now
    log.warn(message, ["reason": .string("\(error)")])
  }
}
