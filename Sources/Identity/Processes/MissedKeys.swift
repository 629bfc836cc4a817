/// Some of the processes that /proc did not have lately, so that it is not asked again for each event.
struct MissedKeys {
  private static let placeCount = 256
  private var places = [ProcessKey?](repeating: nil, count: MissedKeys.placeCount)
  private var isEmpty = true

  func contains(_ key: ProcessKey) -> Bool { places[MissedKeys.place(of: key)] == key }

  mutating func insert(_ key: ProcessKey) {
    places[MissedKeys.place(of: key)] = key
    isEmpty = false
  }

  mutating func removeAll() {
    if isEmpty { return }
    for index in places.indices { places[index] = nil }
    isEmpty = true
  }

  private static func place(of key: ProcessKey) -> Int { Int(key.pid) & (placeCount - 1) }
}
