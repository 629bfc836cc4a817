internal import Identity

/// The processes that records were of lately, in front of the table of all: most records are of the same few.
struct LatestOwners {
  private static let placeCount = 64

  private var places: [ProcessEntry?] = Array(repeating: nil, count: LatestOwners.placeCount)
  private var evictionCount = 0

  /// The process with this key, looked up in `processes` where it was not lately.
  mutating func look(up key: ProcessKey, _ processes: ProcessTable) -> ProcessEntry? {
    // What the table no longer has is forgotten here too: it goes when it has ended, or by eviction.
    if processes.evictionCount != evictionCount {
      evictionCount = processes.evictionCount
      for place in places.indices { places[place] = nil }
    }
    let place = Int(key.pid) & (LatestOwners.placeCount - 1)
    if let known = places[place], known.key == key, !known.hasExited { return known }
    let entry = processes.look(up: key)
    places[place] = entry
    return entry
  }
}
