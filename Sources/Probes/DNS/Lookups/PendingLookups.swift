/// The lookups that wait for their answers, by socket, message id and question.
///
/// Bounded in number; one that waits too long is over.
struct PendingLookups {
  /// What an answer has in common with its query.
  struct Key: SpreadKey {
    let cookie: UInt64
    let id: UInt16
    let question: QuestionNumber

    // Cookies are counted from one on: what they share bits with is far from them.
    var spread: UInt64 { question.first ^ cookie ^ UInt64(id) << 48 }
  }

  /// How long a lookup waits behind its last attempt, in nanoseconds.
  let timeout: UInt64
  private var lookups: AgedTable<Key, DNSLookup>

  init(capacity: Int, timeout: Duration) {
    self.timeout = UInt64(max(0, timeout / .nanoseconds(1)))
    lookups = AgedTable(capacity: capacity)
  }

  /// The number of lookups.
  var count: Int { lookups.count }

  /// Counts another attempt of a lookup; false where it is not known.
  mutating func askAgain(_ key: Key, at time: UInt64) -> Bool {
    lookups.renew(key) { known in
      known.asked = time
      known.attempts &+= 1
      return true
    }
  }

  /// Begins a lookup that is not known.
  ///
  /// - Returns: The lookup that it pushed out.
  mutating func ask(_ key: Key, _ lookup: DNSLookup) -> DNSLookup? {
    lookups.add(key, lookup)?.value
  }

  /// Ends the lookup that an answer belongs to; nil where there is none.
  mutating func answer(_ key: Key) -> DNSLookup? { lookups.remove(key) }

  /// Removes one lookup whose time is over; nil where all others still may be answered.
  mutating func expireOne(at time: UInt64) -> DNSLookup? {
    // Asked at every record, and as good as always no.
    guard lookups.isOldest({ $0.asked &+ timeout <= time }) else { return nil }
    return lookups.removeOldest()?.value
  }

  /// Removes the oldest lookup, whatever its time.
  mutating func removeOldest() -> DNSLookup? { lookups.removeOldest()?.value }
}
