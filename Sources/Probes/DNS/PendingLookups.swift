internal import Bytes
internal import DNS

/// The lookups that wait for their answers, by socket, message id and question.
///
/// Bounded in number; one that waits too long is over.
struct PendingLookups {
  /// What an answer has in common with its query.
  ///
  /// Of the name it has a hash: the name itself is compared thereafter.
  struct Key: Hashable {
    let cookie: UInt64
    let id: UInt16
    let type: UInt16
    let nameHash: UInt64

    init(cookie: UInt64, id: UInt16, type: DNSRecordType, name: Span<UInt8>) {
      self.cookie = cookie
      self.id = id
      self.type = type.rawValue
      // FNV-1a: what chooses the number of a name chooses its cookie's socket as well, and gains nothing.
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01B3 }
      nameHash = hash
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(nameHash)
      // Cookies are counted from one on: what they share bits with is far from them.
      hasher.combine(cookie ^ UInt64(id) << 48 ^ UInt64(type) << 32)
    }
  }

  /// How long a lookup waits behind its last attempt, in nanoseconds.
  let timeout: UInt64
  private var lookups: AgedTable<Key, DNSLookup>
  /// How many lookups were given up as there was no room.
  private(set) var evictionCount = 0

  init(capacity: Int, timeout: Duration) {
    self.timeout = UInt64(max(0, timeout / .nanoseconds(1)))
    lookups = AgedTable(capacity: capacity)
  }

  /// The number of lookups.
  var count: Int { lookups.count }

  /// Begins a lookup, or counts another attempt of it.
  ///
  /// - Returns: The lookup that it pushed out.
  mutating func ask(_ key: Key, _ lookup: DNSLookup) -> DNSLookup? {
    if var known = lookups[key], known.name.span.isEqual(to: lookup.name.span) {
      known.asked = lookup.asked
      known.attempts += 1
      lookups.put(key, known)
      return nil
    }
    let evicted = lookups.put(key, lookup)
    if evicted != nil { evictionCount += 1 }
    return evicted?.value
  }

  /// Ends the lookup that an answer belongs to; nil where there is none.
  mutating func answer(_ key: Key, name: Span<UInt8>) -> DNSLookup? {
    guard let lookup = lookups.remove(key) else { return nil }
    if lookup.name.span.isEqual(to: name) { return lookup }
    // As good as never: two names with the same hash. The one that was removed waits on, as the newest.
    lookups.put(key, lookup)
    return nil
  }

  /// Removes one lookup whose time is over; nil where all others still may be answered.
  mutating func expireOne(at time: UInt64) -> DNSLookup? {
    // Asked at every record, and as good as always no.
    guard lookups.isOldest({ $0.asked &+ timeout <= time }) else { return nil }
    return lookups.removeOldest()?.value
  }

  /// Removes the oldest lookup, whatever its time.
  mutating func removeOldest() -> DNSLookup? { lookups.removeOldest()?.value }
}
