/// A table of bounded size that knows the order in which its entries were put or renewed.
///
/// - Complexity: O(1) for every operation; no memory is taken once it has been full.
struct AgedTable<Key: SpreadKey, Value> {
  private struct Slot {
    var key: Key
    var value: Value
    var older: Int32
    var newer: Int32
  }

  private struct Ends {
    var oldest: Int32 = -1
    var newest: Int32 = -1
  }

  /// The most entries.
  let capacity: Int
  private var slots: [Slot] = []
  private var index: SlotIndex
  private var ends = Ends()
  private var freePlaces: [Int32] = []

  /// An empty table for at least one entry.
  init(capacity: Int) {
    self.capacity = min(max(1, capacity), Int(Int32.max))
    index = SlotIndex(capacity: self.capacity)
  }

  /// The number of entries.
  var count: Int { slots.count - freePlaces.count }

  /// The entry that was put or renewed before all others.
  var oldest: (key: Key, value: Value)? {
    ends.oldest < 0 ? nil : (slots[Int(ends.oldest)].key, slots[Int(ends.oldest)].value)
  }

  /// The value of `key`.
  subscript(key: Key) -> Value? { place(of: key).map { slots[$0].value } }

  /// Whether there is an oldest entry whose value is such, which is looked at where it lies.
  @inline(__always)
  func isOldest(_ such: (borrowing Value) -> Bool) -> Bool {
    ends.oldest >= 0 && such(slots[Int(ends.oldest)].value)
  }

  /// Renews the entry of `key` and has `change` change it where it lies; false where there is none or `change` says no.
  @inline(__always)
  mutating func renew(_ key: Key, _ change: (inout Value) -> Bool) -> Bool {
    guard let place = place(of: key), change(&slots[place].value) else { return false }
    unlink(place)
    link(place)
    return true
  }

  /// Puts an entry, or renews the one with this key.
  ///
  /// - Returns: The entry that had to go for it.
  @discardableResult
  mutating func put(_ key: Key, _ value: Value) -> (key: Key, value: Value)? {
    if let place = place(of: key) {
      unlink(place)
      slots[place].value = value
      link(place)
      return nil
    }
    return add(key, value)
  }

  /// Puts an entry whose key is not there.
  ///
  /// - Returns: The entry that had to go for it.
  mutating func add(_ key: Key, _ value: Value) -> (key: Key, value: Value)? {
    let evicted = count >= capacity ? removeOldest() : nil
    let slot = Slot(key: key, value: value, older: -1, newer: -1)
    let place: Int
    if let free = freePlaces.popLast() {
      place = Int(free)
      slots[place] = slot
    } else {
      place = slots.count
      slots.append(slot)
    }
    index.insert(key.spread, at: place)
    link(place)
    return evicted
  }

  /// Removes an entry.
  @discardableResult
  mutating func remove(_ key: Key) -> Value? {
    guard let place = place(of: key) else { return nil }
    remove(at: place)
    return slots[place].value
  }

  /// Removes the oldest entry.
  @discardableResult
  mutating func removeOldest() -> (key: Key, value: Value)? {
    guard ends.oldest >= 0 else { return nil }
    let place = Int(ends.oldest)
    remove(at: place)
    return (slots[place].key, slots[place].value)
  }

  @inline(__always)
  private func place(of key: Key) -> Int? { index.find(key.spread) { slots[$0].key == key } }

  private mutating func remove(at place: Int) {
    index.remove(at: place)
    unlink(place)
    freePlaces.append(Int32(truncatingIfNeeded: place))
  }

  private mutating func link(_ place: Int) {
    AgedTable.link(Int32(truncatingIfNeeded: place), &slots, &ends)
  }

  private mutating func unlink(_ place: Int) {
    AgedTable.unlink(place, &slots, &ends)
  }

  @inline(__always)
  private static func link(_ place: Int32, _ slots: inout [Slot], _ ends: inout Ends) {
    // One look at whether the slots are shared, for all that is written.
    var slots = slots.mutableSpan
    slots[Int(place)].older = ends.newest
    slots[Int(place)].newer = -1
    if ends.newest >= 0 { slots[Int(ends.newest)].newer = place } else { ends.oldest = place }
    ends.newest = place
  }

  @inline(__always)
  private static func unlink(_ place: Int, _ slots: inout [Slot], _ ends: inout Ends) {
    var slots = slots.mutableSpan
    let (older, newer) = (slots[place].older, slots[place].newer)
    if older >= 0 { slots[Int(older)].newer = newer } else { ends.oldest = newer }
    if newer >= 0 { slots[Int(newer)].older = older } else { ends.newest = older }
  }
}
