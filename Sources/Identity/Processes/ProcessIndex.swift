/// Where processes are in a table's slots, by key and by number.
///
/// Buckets of a fixed number with chains through the slots: nothing is moved or taken anew while processes come and
/// go, and a step of a chain touches numbers only, in one piece of memory for each process.
struct ProcessIndex {
  private static let end: Int32 = -1

  /// A process, and the next slot of its bucket.
  private struct Place {
    var pid: UInt32
    var next: Int32
    var startTicks: UInt64
  }

  /// The slot at each bucket's head.
  private var heads: [Int32]
  /// By slot.
  private var places: [Place] = []
  private let mask: Int

  /// An index for about so many processes.
  init(capacity: Int) {
    let bits = max(4, Int.bitWidth - (capacity - 1).leadingZeroBitCount)
    heads = Array(repeating: ProcessIndex.end, count: 1 << bits)
    mask = (1 << bits) - 1
  }

  /// The slot of the process with this key.
  func find(_ key: ProcessKey) -> Int? {
    var slot = heads[bucket(of: key.pid)]
    while slot != ProcessIndex.end {
      let place = places[Int(slot)]
      if place.pid == key.pid, place.startTicks == key.startTicks { return Int(slot) }
      slot = place.next
    }
    return nil
  }

  /// The slot of the process that had this number last.
  func find(pid: UInt32) -> Int? {
    var slot = heads[bucket(of: pid)]
    while slot != ProcessIndex.end {
      let place = places[Int(slot)]
      if place.pid == pid { return Int(slot) }
      slot = place.next
    }
    return nil
  }

  /// Puts the process at `slot`, before all others of its number.
  mutating func insert(_ key: ProcessKey, at slot: Int) {
    while places.count <= slot {
      places.append(Place(pid: 0, next: ProcessIndex.end, startTicks: 0))
    }
    let bucket = bucket(of: key.pid)
    places[slot] = Place(pid: key.pid, next: heads[bucket], startTicks: key.startTicks)
    heads[bucket] = Int32(slot)
  }

  /// Takes the process at `slot` out.
  mutating func remove(at slot: Int) {
    let bucket = bucket(of: places[slot].pid)
    if heads[bucket] == Int32(slot) {
      heads[bucket] = places[slot].next
      return
    }
    var before = heads[bucket]
    while before != ProcessIndex.end {
      if places[Int(before)].next == Int32(slot) {
        places[Int(before)].next = places[slot].next
        return
      }
      before = places[Int(before)].next
    }
  }

  /// Numbers are given one after the other: so neighbours are in one line of the cache, and few share a bucket.
  private func bucket(of pid: UInt32) -> Int { Int(pid) & mask }
}
