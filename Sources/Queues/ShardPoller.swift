internal import CLinux
internal import Glibc

// Unchecked: the descriptors are constants; `slots` stays on the shard.
/// A shard's epoll set with its event descriptor and timer descriptor.
///
/// Confined to the shard, but for `wake`, which any thread may call.
@safe
final class ShardPoller: @unchecked Sendable {
  private struct Slot {
    var handler: (any ReadinessHandler)?
    var generation: UInt32
  }

  /// Events that are not a slot's carry these numbers in place of a generation and index.
  private static let wakeToken = UInt64.max
  private static let timerToken = UInt64.max - 1
  private static let eventsPerWait = 128

  let epoll: Int32
  private let wakeDescriptor: Int32
  private let timerDescriptor: Int32
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private let events: UnsafeMutablePointer<epoll_event>
  private var armedDeadline: MonotonicTime?

  init() throws(SystemError) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else { throw .last("epoll_create1") }
    wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard wakeDescriptor >= 0 else { throw .last("eventfd") }
    timerDescriptor = timerfd_create(
      CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    guard timerDescriptor >= 0 else { throw .last("timerfd_create") }
    unsafe events = .allocate(capacity: ShardPoller.eventsPerWait)
    try control(EPOLL_CTL_ADD, wakeDescriptor, .read, ShardPoller.wakeToken)
    try control(EPOLL_CTL_ADD, timerDescriptor, .read, ShardPoller.timerToken)
  }

  deinit {
    close(epoll)
    close(wakeDescriptor)
    close(timerDescriptor)
    unsafe events.deallocate()
  }

  /// Makes the epoll set readable from any thread.
  func wake() {
    var one: UInt64 = 1
    _ = unsafe write(wakeDescriptor, &one, 8)
  }

  func add(
    _ descriptor: Int32, _ interest: Readiness, _ handler: any ReadinessHandler
  ) throws(SystemError) -> Registration {
    let index = freeSlots.popLast() ?? slots.count
    if index == slots.count { slots.append(Slot(handler: nil, generation: 0)) }
    let generation = slots[index].generation
    let registration = Registration(
      descriptor: descriptor, index: UInt32(index), generation: generation)
    do {
      try control(EPOLL_CTL_ADD, descriptor, interest, registration.token)
    } catch {
      freeSlots.append(index)
      throw error
    }
    slots[index].handler = handler
    return registration
  }

  func modify(_ registration: Registration, _ interest: Readiness) throws(SystemError) {
    try control(EPOLL_CTL_MOD, registration.descriptor, interest, registration.token)
  }

  func remove(_ registration: Registration) {
    let index = Int(registration.index)
    guard slots[index].generation == registration.generation else { return }
    try? control(EPOLL_CTL_DEL, registration.descriptor, [], registration.token)
    slots[index].handler = nil
    slots[index].generation &+= 1
    freeSlots.append(index)
  }

  /// Waits for readiness up to `milliseconds` and calls the handlers; tells whether any event came.
  ///
  /// `woken` runs between the wait and the first handler.
  func poll(milliseconds: Int32, woken: () -> Void) -> Bool {
    let count = unsafe epoll_wait(
      epoll, events, Int32(ShardPoller.eventsPerWait), milliseconds)
    guard count > 0 else { return false }
    woken()
    for index in 0..<Int(count) {
      let event = unsafe events[index]
      dispatch(unsafe event.data.u64, Readiness(rawValue: unsafe event.events))
    }
    return true
  }

  /// Makes the epoll set readable at `deadline`; nil takes an earlier wish back.
  func arm(_ deadline: MonotonicTime?) {
    guard deadline != armedDeadline else { return }
    armedDeadline = deadline
    var setting = itimerspec()
    if let deadline {
      // A moment of zero would disarm the timer.
      let nanoseconds = max(1, deadline.nanoseconds)
      setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
      setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
    }
    unsafe timerfd_settime(
      timerDescriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil)
  }

  private func dispatch(_ token: UInt64, _ readiness: Readiness) {
    switch token {
    case ShardPoller.wakeToken: consumeCounter(wakeDescriptor)
    case ShardPoller.timerToken:
      consumeCounter(timerDescriptor)
      armedDeadline = nil
    default:
      let index = Int(token & 0xFFFF_FFFF)
      // An event for a descriptor that an earlier handler of this turn closed has an old generation.
      guard slots[index].generation == UInt32(token >> 32) else { return }
      slots[index].handler?.ready(readiness)
    }
  }

  private func consumeCounter(_ descriptor: Int32) {
    var count: UInt64 = 0
    _ = unsafe read(descriptor, &count, 8)
  }

  private func control(
    _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ token: UInt64
  ) throws(SystemError) {
    var event = unsafe epoll_event()
    unsafe event.events = interest.rawValue
    unsafe event.data.u64 = token
    guard unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0 else {
      throw .last("epoll_ctl")
    }
  }
}

/// A file descriptor's place in a shard's epoll set.
public struct Registration: Sendable {
  let descriptor: Int32
  let index: UInt32
  let generation: UInt32

  var token: UInt64 { UInt64(generation) << 32 | UInt64(index) }
}
