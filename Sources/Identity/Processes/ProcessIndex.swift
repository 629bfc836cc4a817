/// Where processes are in a table's slots, by key and by number.
///
/// Buckets of a fixed number with chains through the slots: nothing is moved or taken anew while processes come and
/// go, and a step of a chain touches numbers only.
struct ProcessIndex {
  private static let end: Int32 = -1

  /// The slot at each bucket's head.
  private var heads: [Int32]
  /// For each slot, the next of its bucket.
  private var nexts: [Int32] = []
  private var keys: [ProcessKey] = []
  private let shift: UInt32

  /// An index for about so many processes.
  init(capacity: Int) {
    let bits = max(4, Int.bitWidth - (capacity - 1).leadingZeroBitCount)
    heads = Array(repeating: ProcessIndex.end, count: 1 << bits)
    shift = UInt32(32 - bits)
  }

  /// The slot of the process with this key.
  func find(_ key: ProcessKey) -> Int? {
    var slot = heads[bucket(of: key.pid)]
    while slot != ProcessIndex.end {
      if keys[Int(slot)] == key { return Int(slot) }
      slot = nexts[Int(slot)]
    }
    return nil
  }

  /// The slot of the process that had this number last.
  func find(pid: UInt32) -> Int? {
    var slot = heads[bucket(of: pid)]
    while slot != ProcessIndex.end {
      if keys[Int(slot)].pid == pid { return Int(slot) }
      slot = nexts[Int(slot)]
    }
    return nil
  }

  /// Puts the process at `slot`, before all others of its number.
  mutating func insert(_ key: ProcessKey, at slot: Int) {
    while keys.count <= slot {
      keys.append(key)
      nexts.append(ProcessIndex.end)
    }
    let bucket = bucket(of: key.pid)
    keys[slot] = key
    nexts[slot] = heads[bucket]
    heads[bucket] = Int32(slot)
  }

  /// Takes the process at `slot` out.
  mutating func remove(at slot: Int) {
    let bucket = bucket(of: keys[slot].pid)
    if heads[bucket] == Int32(slot) {
      heads[bucket] = nexts[slot]
      return
    }
    var before = heads[bucket]
    while before != ProcessIndex.end {
      if nexts[Int(before)] == Int32(slot) {
        nexts[Int(before)] = nexts[slot]
        return
      }
      before = nexts[Int(before)]
    }
  }

  /// Numbers that follow one another go far apart.
  private func bucket(of pid: UInt32) -> Int { Int((pid &* 0x9E37_79B1) >> shift) }
}
