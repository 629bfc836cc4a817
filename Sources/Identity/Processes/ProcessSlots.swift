internal import Queues

/// The processes that a table keeps, and which of them go to make room for others.
///
/// A value of its own, so that what is done with a process is one access of the table.
struct ProcessSlots {
  let capacity: Int
  /// How many processes there are.
  private(set) var count = 0
  /// Processes pushed out while they were not known to have ended.
  private(set) var evictionCount = 0
  private var index: ProcessIndex
  private var slots: [ProcessEntry?] = []
  private var freeSlots: [Int] = []
  private var hand = 0
  private var exits = ExitQueue()

  /// Room for so many processes.
  init(capacity: Int) {
    self.capacity = capacity
    index = ProcessIndex(capacity: capacity)
  }

  /// The process with this key.
  func find(_ key: ProcessKey) -> ProcessEntry? {
    index.find(key).flatMap { slots[$0] }
  }

  /// The process that had this number last.
  func find(pid: UInt32) -> ProcessEntry? {
    index.find(pid: pid).flatMap { slots[$0] }
  }

  /// Takes a process in; returns the one that had its number before, which must be gone.
  mutating func insert(_ entry: ProcessEntry) -> ProcessEntry? {
    makeRoom()
    let slot = freeSlots.popLast() ?? slots.count
    if slot == slots.count { slots.append(entry) } else { slots[slot] = entry }
    let old = find(pid: entry.key.pid)
    index.insert(entry.key, at: slot)
    count += 1
    return old
  }

  /// Takes note that the process ended, and may go at `deadline`.
  mutating func noteExit(_ key: ProcessKey, until deadline: MonotonicTime) {
    exits.append(key, at: deadline)
  }

  /// Lets the processes go that ended and whose deadline has come.
  mutating func expire(at now: MonotonicTime) {
    // A process may have the key of one that ended within the same hundredth of a second.
    while let key = exits.popDue(at: now) {
      if find(key)?.hasExited == true { remove(key) }
    }
  }

  private mutating func makeRoom() {
    guard count >= capacity else { return }
    while let key = exits.popFirst() {
      if find(key)?.hasExited == true, remove(key) { return }
    }
    // Everyone gets a second chance; after one round somebody has had it.
    while true {
      hand = hand + 1 < slots.count ? hand + 1 : 0
      guard let entry = slots[hand] else { continue }
      if entry.state.wasUsed {
        entry.state.wasUsed = false
      } else {
        evictionCount += 1
        remove(entry.key)
        return
      }
    }
  }

  /// Forgets the process; false where it is not known.
  @discardableResult
  mutating func remove(_ key: ProcessKey) -> Bool {
    guard let slot = index.find(key) else { return false }
    index.remove(at: slot)
    slots[slot] = nil
    freeSlots.append(slot)
    count -= 1
    return true
  }
}
