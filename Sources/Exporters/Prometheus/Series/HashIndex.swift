/// A table from hashes to small numbers, with open addressing: 12 bytes a place.
struct HashIndex {
  private var hashes: [UInt64]
  private var values: [UInt32]
  /// The number of entries.
  private(set) var count = 0

  private static let leastCapacity = 64

  /// An empty table.
  init() {
    hashes = Array(repeating: 0, count: HashIndex.leastCapacity)
    values = Array(repeating: 0, count: HashIndex.leastCapacity)
  }

  /// The value of `hash`, which is not 0.
  @inline(__always)
  subscript(hash: UInt64) -> UInt32? {
    let mask = hashes.count &- 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while hashes[place] != 0 {
      if hashes[place] == hash { return values[place] }
      place = (place &+ 1) & mask
    }
    return nil
  }

  /// Sets the value of `hash`, which is not 0.
  mutating func insert(_ hash: UInt64, _ value: UInt32) {
    if count * 4 >= hashes.count * 3 { rebuild(capacity: hashes.count * 2) { _ in true } }
    place(hash, value)
  }

  /// Keeps the entries whose value `keeps` accepts.
  mutating func filter(_ keeps: (UInt32) -> Bool) {
    rebuild(capacity: hashes.count, keeps)
    if count * 4 < hashes.count, hashes.count > HashIndex.leastCapacity {
      rebuild(capacity: max(HashIndex.leastCapacity, hashes.count / 2)) { _ in true }
    }
  }

  private mutating func place(_ hash: UInt64, _ value: UInt32) {
    let mask = hashes.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while hashes[place] != 0, hashes[place] != hash { place = (place + 1) & mask }
    if hashes[place] == 0 { count += 1 }
    hashes[place] = hash
    values[place] = value
  }

  private mutating func rebuild(capacity: Int, _ keeps: (UInt32) -> Bool) {
    let (oldHashes, oldValues) = (hashes, values)
    hashes = Array(repeating: 0, count: capacity)
    values = Array(repeating: 0, count: capacity)
    count = 0
    for index in oldHashes.indices where oldHashes[index] != 0 && keeps(oldValues[index]) {
      place(oldHashes[index], oldValues[index])
    }
  }
}
