/// A piece of work that a shard runs once at a later moment.
///
/// Confined to the shard that made it.
public final class ShardTimer {
  let deadline: MonotonicTime
  let sequence: UInt64
  private var work: (() -> Void)?

  init(deadline: MonotonicTime, sequence: UInt64, work: @escaping () -> Void) {
    self.deadline = deadline
    self.sequence = sequence
    self.work = work
  }

  /// Whether the work will still run.
  public var isPending: Bool { work != nil }

  /// Prevents the work from running and lets go of all it holds; harmless afterwards.
  public func cancel() {
    work = nil
  }

  func fire() {
    let due = work
    work = nil
    due?()
  }
}

/// Timers ordered by deadline, and by creation where deadlines are equal.
struct TimerHeap {
  private var heap: [ShardTimer] = []
  private var sequence: UInt64 = 0

  /// The deadline of the first timer that is still wanted.
  ///
  /// - Complexity: O(log n) for each cancelled timer that is dropped on the way
  mutating func nextDeadline() -> MonotonicTime? {
    while let first = heap.first {
      if first.isPending { return first.deadline }
      removeFirst()
    }
    return nil
  }

  mutating func insert(
    deadline: MonotonicTime, work: @escaping () -> Void
  ) -> ShardTimer {
    sequence += 1
    let timer = ShardTimer(deadline: deadline, sequence: sequence, work: work)
    heap.append(timer)
    siftUp(heap.count - 1)
    dropCancelledWhenMany()
    return timer
  }

  /// Takes the first timer that is due at `now`.
  mutating func popDue(at now: MonotonicTime) -> ShardTimer? {
    guard let deadline = nextDeadline(), deadline <= now else { return nil }
    return removeFirst()
  }

  @discardableResult
  private mutating func removeFirst() -> ShardTimer {
    let first = heap[0]
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      siftDown(0)
    }
    return first
  }

  /// Connections cancel and remake their idle timer often: rebuild once most entries are dead.
  private var insertsSinceSweep = 0

  private mutating func dropCancelledWhenMany() {
    insertsSinceSweep += 1
    guard insertsSinceSweep > 256, insertsSinceSweep > heap.count / 2 else { return }
    insertsSinceSweep = 0
    heap.removeAll { !$0.isPending }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
  }

  private func isBefore(_ left: ShardTimer, _ right: ShardTimer) -> Bool {
    (left.deadline, left.sequence) < (right.deadline, right.sequence)
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if isBefore(heap[child], heap[smallest]) { smallest = child }
      }
      guard smallest != parent else { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
