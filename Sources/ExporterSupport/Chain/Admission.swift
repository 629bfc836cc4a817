internal import Components
internal import Queues
internal import Synchronization
internal import Telemetry

/// What any thread may know and decide of a chain: whether it runs and has room.
final class Admission: Sendable {
  enum Phase: Int {
    case idle, running, stopping
  }

  private let phaseValue = Atomic<Int>(Phase.idle.rawValue)
  private let used = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)
  private let oldest = Atomic<Int64>(0)
  private let isWorkOpen = Atomic<Bool>(false)
  private let lastFullWarning = Atomic<Int64>(.min)
  private let config: SendingQueueConfig
  private let congestedByteCount: Int

  /// About one batch under way on each shard that sends and one behind it: more only adds to memory and delay.
  private static let congestedBytesPerShard = 4 << 20

  /// Room for what `config` lets the chain hold while `sendingShards` send side by side.
  init(_ config: SendingQueueConfig, sendingShards: Int) {
    self.config = config
    congestedByteCount = sendingShards * Admission.congestedBytesPerShard
  }

  var phase: Phase { Phase(rawValue: phaseValue.load(ordering: .acquiring)) ?? .stopping }
  var usedSize: Int { used.load(ordering: .relaxed) }
  var heldByteCount: Int { bytes.load(ordering: .relaxed) }

  /// When the oldest batch held arrived, in nanoseconds of the shard's clock; 0 for none.
  var oldestArrival: Int64 { oldest.load(ordering: .relaxed) }

  func setOldestArrival(_ time: MonotonicTime?) {
    oldest.store(time?.nanoseconds ?? 0, ordering: .relaxed)
  }

  /// Moves on to `phase`.
  func enter(_ phase: Phase) {
    phaseValue.store(phase.rawValue, ordering: .releasing)
  }

  /// Moves on to stopping; false where nothing runs that could be stopped.
  func beginStop() -> Bool {
    enter(.stopping)
    // A second stop waits with the first; without a start there is nothing to wait for.
    return isWorkOpen.load(ordering: .acquiring)
  }

  /// Tells that the shard's part is open and must be stopped there.
  func setWorkOpen(_ isOpen: Bool) {
    isWorkOpen.store(isOpen, ordering: .releasing)
  }

  var refusal: DeliveryError? {
    switch phase {
    case .idle: .retryable("the exporter has not started", after: nil)
    case .stopping: .stopping
    case .running: hasBound && usedSize >= config.queueSize ? .queueFull : nil
    }
  }

  var congestion: Congestion {
    if hasBound, usedSize >= config.queueSize / 2 { return .severe }
    return heldByteCount > congestedByteCount ? .some : .none
  }

  private var hasBound: Bool { config.isEnabled && !config.blocksOnOverflow }

  /// Takes room for `payload` and returns its size in the queue's unit.
  ///
  /// A batch larger than the whole queue is taken when nothing else is there: it would never fit.
  func admit(_ payload: Payload) throws(DeliveryError) -> Int {
    if let refusal { throw refusal }
    let size = config.sizer.size(of: payload)
    let new = used.wrappingAdd(size, ordering: .relaxed).newValue
    if hasBound, new > config.queueSize, new != size {
      used.wrappingSubtract(size, ordering: .relaxed)
      throw .queueFull
    }
    bytes.wrappingAdd(payload.byteCount, ordering: .relaxed)
    return size
  }

  func release(size: Int, byteCount: Int) {
    used.wrappingSubtract(size, ordering: .relaxed)
    bytes.wrappingSubtract(byteCount, ordering: .relaxed)
  }

  /// Whether it is time to say again that the queue is full: once in ten seconds.
  func mayWarnFull(at now: MonotonicTime) -> Bool {
    let last = lastFullWarning.load(ordering: .relaxed)
    guard last == .min || now.nanoseconds - last >= 10_000_000_000 else { return false }
    return lastFullWarning.compareExchange(
      expected: last, desired: now.nanoseconds, ordering: .relaxed
    ).exchanged
  }
}
