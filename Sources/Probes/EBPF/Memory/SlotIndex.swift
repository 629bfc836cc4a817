/// Where a table's entries are in its slots, by a number that spreads them.
///
/// Buckets with chains through the slots: nothing is moved while entries come and go, and a step of a chain touches numbers
/// only. There are few buckets as long as there are few entries: what is asked for at random then lies close together, and
/// stays in the processor's cache.
struct SlotIndex {
  private static let end: Int32 = -1
  private static let fewestBits = 6

  /// The slot at each bucket's head.
  private var heads: [Int32]
  /// For each slot, the next of its bucket.
  private var nexts: [Int32] = []
  private var numbers: [UInt64] = []
  private var shift = UInt64(64 - fewestBits)
  private var count = 0
  private let mostBuckets: Int

  /// An index for about so many entries.
  init(capacity: Int) {
    heads = Array(repeating: SlotIndex.end, count: 1 << SlotIndex.fewestBits)
    mostBuckets = 1 << (Int.bitWidth - max(1, capacity - 1).leadingZeroBitCount)
  }

  /// The slot with this number that `isMeant`.
  @inline(__always)
  func find(_ number: UInt64, _ isMeant: (Int) -> Bool) -> Int? {
    var slot = heads[bucket(of: number)]
    while slot != SlotIndex.end {
      let place = Int(slot)
      if numbers[place] == number, isMeant(place) { return place }
      slot = nexts[place]
    }
    return nil
  }

  /// Puts the slot, which is the first one behind all others or was taken out, before all others of its bucket.
  ///
  /// - Complexity: O(1), and O(entries) each time that there are twice as many as before.
  mutating func insert(_ number: UInt64, at slot: Int) {
    if count >= heads.count, heads.count < mostBuckets { grow() }
    count += 1
    let bucket = bucket(of: number)
    if slot == numbers.count {
      numbers.append(number)
      nexts.append(heads[bucket])
    } else {
      numbers[slot] = number
      nexts[slot] = heads[bucket]
    }
    heads[bucket] = Int32(slot)
  }

  /// Takes the slot out.
  mutating func remove(at slot: Int) {
    count -= 1
    let bucket = bucket(of: numbers[slot])
    let next = nexts[slot]
    if heads[bucket] == Int32(slot) {
      heads[bucket] = next
      return
    }
    var before = Int(heads[bucket])
    while nexts[before] != Int32(slot) { before = Int(nexts[before]) }
    nexts[before] = next
  }

  private mutating func grow() {
    let before = heads
    shift -= 1
    heads = Array(repeating: SlotIndex.end, count: 2 * before.count)
    for head in before {
      var slot = head
      while slot != SlotIndex.end {
        let next = nexts[Int(slot)]
        let bucket = bucket(of: numbers[Int(slot)])
        nexts[Int(slot)] = heads[bucket]
        heads[bucket] = slot
        slot = next
      }
    }
  }

  @inline(__always)
  private func bucket(of number: UInt64) -> Int {
    Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }
}

/// A key that brings its own number, so that nothing is hashed by the byte.
protocol SpreadKey: Equatable {
  /// The same for equal keys, and as good as never for others.
  var spread: UInt64 { get }
}
