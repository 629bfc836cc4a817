public import Dispatch
internal import Synchronization

/// One serial queue with an epoll set of its own: where connections, batchers and streams live.
///
/// Everything that belongs to a shard runs on it and nowhere else, so it needs no locks. Other
/// queues reach it with `post`.
public final class Shard: Sendable {
  private struct Inbox: ~Copyable {
    var work: [@Sendable () -> Void] = []
    var isWakePending = false
    var isClosed = false
  }

  /// How long a turn without events waits before the thread goes back to Dispatch, in milliseconds.
  ///
  /// Waking through a DispatchSource costs about 20 us more than returning from `epoll_wait`.
  private static let shortWait: Int32 = 2
  /// Turns before other blocks of the queue get their chance.
  private static let turnsPerDrain = 256

  /// One read takes at most this many bytes.
  private static let scratchByteCount = 256 * 1024

  private static let currentKey = DispatchSpecificKey<Int>()

  /// The shard's number, from 0.
  public let index: Int
  /// The serial queue on which all of the shard's work runs.
  public let queue: DispatchQueue
  /// Where the shard reads the time from.
  public let clock: any ShardClock

  private let inbox = Mutex(Inbox())
  private let poller: ShardPoller
  private let loop: ShardBoundLoop
  private let source: SourceBox

  /// A running shard.
  ///
  /// - Throws: the call that failed when the process is out of file descriptors.
  public init(index: Int, clock: any ShardClock = SystemClock.shared) throws(SystemError) {
    self.index = index
    self.clock = clock
    queue = DispatchQueue(label: "swiftlet.shard.\(index)")
    queue.setSpecific(key: Shard.currentKey, value: 0)
    poller = try ShardPoller()
    loop = ShardBoundLoop(followsSystemClock: true)
    source = SourceBox(
      DispatchSource.makeReadSource(fileDescriptor: poller.epoll, queue: queue))
    queue.setSpecific(key: Shard.currentKey, value: ObjectIdentifier(self).hashValue)
    if clock.onJump({ [weak self] in self?.post {} }) {
      loop.followsSystemClock = false
    }
    source.start(
      handler: { [weak self] in self?.drain() },
      // The source must not outlive the descriptor: the poller is kept until it is cancelled.
      cancelled: { [poller] in withExtendedLifetime(poller) {} })
  }

  deinit {
    source.cancel()
  }

  /// Whether the calling code runs on this shard.
  public var isCurrent: Bool {
    DispatchQueue.getSpecific(key: Shard.currentKey) == ObjectIdentifier(self).hashValue
  }

  /// Stops the program when the calling code does not run on this shard.
  public func assertIsCurrent() {
    dispatchPrecondition(condition: .onQueue(queue))
  }

  /// Runs `work` on the shard, in the order of the calls; never at once.
  ///
  /// Work posted after `close` is dropped.
  public func post(_ work: @escaping @Sendable () -> Void) {
    let mustWake = inbox.withLock { inbox in
      guard !inbox.isClosed else { return false }
      inbox.work.append(work)
      if inbox.isWakePending { return false }
      inbox.isWakePending = true
      return true
    }
    if mustWake { poller.wake() }
  }

  /// Runs `work` on the shard: at once where the caller is there already.
  public func run(_ work: @escaping @Sendable () -> Void) {
    if isCurrent { work() } else { post(work) }
  }

  /// The present moment; within one turn of the shard the time when it woke.
  ///
  /// Confined to the shard.
  public var now: MonotonicTime {
    assertIsCurrent()
    return loop.now ?? clock.now
  }

  /// Runs `work` on the shard once after `delay`, unless the timer is cancelled.
  ///
  /// Confined to the shard.
  @discardableResult
  public func schedule(after delay: Duration, _ work: @escaping () -> Void) -> ShardTimer {
    assertIsCurrent()
    return loop.timers.insert(deadline: clock.now + delay, work: work)
  }

  /// Adds a descriptor to the epoll set; the shard keeps `handler` until `deregister`.
  ///
  /// Confined to the shard.
  ///
  /// - Throws: what `epoll_ctl` failed with.
  public func register(
    _ descriptor: Int32, for interest: Readiness, _ handler: any ReadinessHandler
  ) throws(SystemError) -> Registration {
    assertIsCurrent()
    return try poller.add(descriptor, interest, handler)
  }

  /// Changes what a registered descriptor waits for.
  ///
  /// Confined to the shard.
  public func update(_ registration: Registration, for interest: Readiness) throws(SystemError) {
    assertIsCurrent()
    try poller.modify(registration, interest)
  }

  /// Takes a descriptor out of the epoll set; call before closing it.
  ///
  /// Confined to the shard.
  public func deregister(_ registration: Registration) {
    assertIsCurrent()
    poller.remove(registration)
  }

  /// Calls `finisher` once at the end of the present turn; it asks again when it wants the next.
  ///
  /// Confined to the shard.
  public func atEndOfTurn(_ finisher: any TurnFinisher) {
    assertIsCurrent()
    loop.finishers.append(finisher)
  }

  /// Memory for the bytes of one read: valid until the caller returns to the shard, never kept.
  ///
  /// Confined to the shard.
  public var scratch: UnsafeMutableRawBufferPointer {
    assertIsCurrent()
    return unsafe loop.scratch.bytes(count: Shard.scratchByteCount)
  }

  /// Stops the shard: pending work and timers are dropped.
  public func close() {
    inbox.withLock { inbox in
      inbox.isClosed = true
      inbox.work.removeAll()
    }
    source.cancel()
  }

  private func drain() {
    for _ in 0..<Shard.turnsPerDrain {
      loop.now = clock.now
      runInbox()
      fireTimers()
      finishTurn()
      // The wait makes the turn's time old.
      let hadEvents = poller.poll(milliseconds: waitMilliseconds()) { loop.now = clock.now }
      guard hadEvents || hasWork() else {
        loop.now = nil
        if loop.followsSystemClock { poller.arm(loop.timers.nextDeadline()) }
        return
      }
    }
    finishTurn()
    loop.now = nil
    queue.async { [weak self] in self?.drain() }
  }

  private func finishTurn() {
    // A finisher may make more work for this turn's end, for another connection of the shard.
    while !loop.finishers.isEmpty {
      swap(&loop.finishers, &loop.finishing)
      for finisher in loop.finishing { finisher.finishTurn() }
      loop.finishing.removeAll(keepingCapacity: true)
    }
  }

  private func runInbox() {
    let work = inbox.withLock { inbox in
      inbox.isWakePending = true
      return inbox.work.isEmpty ? [] : exchange(&inbox.work, with: [])
    }
    for item in work { item() }
    // Posts during the turn need no wake: `hasWork` sees them before the thread waits.
  }

  private func fireTimers() {
    while let timer = loop.timers.popDue(at: clock.now) { timer.fire() }
  }

  /// Whether posted work or a due timer is there; if not, later posts must wake the shard.
  private func hasWork() -> Bool {
    let hasPosts = inbox.withLock { inbox in
      inbox.isWakePending = !inbox.work.isEmpty
      return !inbox.work.isEmpty
    }
    if hasPosts { return true }
    guard let deadline = loop.timers.nextDeadline() else { return false }
    return deadline <= clock.now
  }

  private func waitMilliseconds() -> Int32 {
    if hasWork() { return 0 }
    guard loop.followsSystemClock, let deadline = loop.timers.nextDeadline() else {
      return Shard.shortWait
    }
    let remaining = (deadline - clock.now).nanoseconds / 1_000_000
    return Int32(min(Int64(Shard.shortWait), max(0, remaining)))
  }
}

// Unchecked: touched only by the shard's queue.
/// What belongs to the shard's loop alone.
private final class ShardBoundLoop: @unchecked Sendable {
  var timers = TimerHeap()
  var now: MonotonicTime?
  var followsSystemClock: Bool
  var finishers: [any TurnFinisher] = []
  var finishing: [any TurnFinisher] = []
  let scratch = ScratchMemory()

  init(followsSystemClock: Bool) {
    self.followsSystemClock = followsSystemClock
  }
}

// Unchecked: sources are thread-safe, their type does not say so.
/// The shard's one DispatchSource.
private final class SourceBox: @unchecked Sendable {
  private let source: any DispatchSourceRead

  init(_ source: any DispatchSourceRead) {
    self.source = source
  }

  func start(
    handler: @escaping @Sendable () -> Void, cancelled: @escaping @Sendable () -> Void
  ) {
    source.setEventHandler(handler: handler)
    source.setCancelHandler(handler: cancelled)
    source.activate()
  }

  func cancel() {
    source.cancel()
  }
}
