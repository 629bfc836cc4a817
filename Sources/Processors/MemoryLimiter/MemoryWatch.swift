internal import Components
internal import Diagnostics
internal import Procfs
internal import Queues
internal import Synchronization
internal import Telemetry

/// Looks at the process's memory at intervals and tells whether data is to be refused.
///
/// The processors made of one section share it: it looks from when the first of them starts until the last stops.
final class MemoryWatch: Sendable {
  /// How long the heap is left alone after memory was given back.
  struct Pauses: Equatable {
    /// At first, and after it has helped.
    let shortest: Duration
    /// At most, while it does not help.
    let longest: Duration
  }

  /// How it asks for memory and gives it back.
  struct Memory: Sendable {
    /// The bytes that the process has for itself now.
    var used: @Sendable () -> Int = { OwnMemory.now?.own ?? 0 }
    var giveBack: @Sendable () -> Void = { HeapMemory.giveBack() }
  }

  private struct Users {
    var count = 0
    var look: ShardBound<MemoryLook>?
  }

  let limits: MemoryLimits
  let interval: Duration
  let soft: Pauses
  let hard: Pauses
  let memory: Memory
  private let users = Mutex(Users())
  private let isOverLimit = Atomic<Bool>(false)

  init(
    _ limits: MemoryLimits, interval: Duration, soft: Pauses, hard: Pauses,
    memory: Memory = Memory()
  ) {
    self.limits = limits
    self.interval = interval
    self.soft = soft
    self.hard = hard
    self.memory = memory
  }

  /// Why data is to be refused; nil while there is memory.
  var refusal: DeliveryError? {
    isOverLimit.load(ordering: .relaxed) ? .memoryPressure : nil
  }

  /// Counts a user in; the first makes it look, on `shard`.
  func join(on shard: Shard, _ log: Log) {
    users.withLock { users in
      users.count += 1
      guard users.count == 1 else { return }
      let look = ShardBound(MemoryLook(self, shard, log), to: shard)
      users.look = look
      shard.post { look.value.take() }
    }
  }

  /// Counts a user out; behind the last it looks no more.
  func leave() {
    users.withLock { users in
      users.count -= 1
      guard users.count == 0, let look = users.look else { return }
      users.look = nil
      look.shard.post { look.value.end() }
    }
  }

  /// Takes over what a look has found.
  func set(isOverLimit: Bool) {
    self.isOverLimit.store(isOverLimit, ordering: .relaxed)
  }
}
