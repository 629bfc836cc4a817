/// A table of bounded size that knows the order in which its entries were put or renewed.
///
/// - Complexity: O(1) for every operation; no memory is taken once it has been full.
struct AgedTable<Key: SpreadKey, Value> {
  private struct Slot {
    var key: Key
    var value: Value
    var older: Int
    var newer: Int
  }

  /// The most entries.
  let capacity: Int
  private var slots: [Slot] = []
  private var index: SlotIndex
  private var oldestPlace = -1
  private var newestPlace = -1
  private var freePlaces: [Int] = []

  /// An empty table for at least one entry.
  init(capacity: Int) {
    self.capacity = max(1, capacity)
    index = SlotIndex(capacity: self.capacity)
  }

  /// The number of entries.
  var count: Int { slots.count - freePlaces.count }

  /// The entry that was put or renewed before all others.
  var oldest: (key: Key, value: Value)? {
    oldestPlace < 0 ? nil : (slots[oldestPlace].key, slots[oldestPlace].value)
  }

  /// The value of `key`.
  subscript(key: Key) -> Value? { place(of: key).map { slots[$0].value } }

  /// Whether there is an oldest entry whose value is such, which is looked at where it lies.
  func isOldest(_ such: (borrowing Value) -> Bool) -> Bool {
    oldestPlace >= 0 && such(slots[oldestPlace].value)
  }

  /// Renews the entry of `key` and has `change` change it where it lies; false where there is none or `change` says no.
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
    let evicted = count >= capacity ? removeOldest() : nil
    let slot = Slot(key: key, value: value, older: -1, newer: -1)
    let place: Int
    if let free = freePlaces.popLast() {
      place = free
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
    place(of: key).map { remove(at: $0).value }
  }

  /// Removes the oldest entry.
  @discardableResult
  mutating func removeOldest() -> (key: Key, value: Value)? {
    oldestPlace < 0 ? nil : remove(at: oldestPlace)
  }

  @inline(__always)
  private func place(of key: Key) -> Int? { index.find(key.spread) { slots[$0].key == key } }

  private mutating func remove(at place: Int) -> (key: Key, value: Value) {
    index.remove(at: place)
    unlink(place)
    freePlaces.append(place)
    return (slots[place].key, slots[place].value)
  }

  private mutating func link(_ place: Int) {
    slots[place].older = newestPlace
    slots[place].newer = -1
    if newestPlace >= 0 { slots[newestPlace].newer = place } else { oldestPlace = place }
    newestPlace = place
  }

  private mutating func unlink(_ place: Int) {
    let (older, newer) = (slots[place].older, slots[place].newer)
    if older >= 0 { slots[older].newer = newer } else { oldestPlace = newer }
    if newer >= 0 { slots[newer].older = older } else { newestPlace = older }
  }
}
