internal import Bytes

/// The names that processes of this host looked up, by the addresses that they were answered.
///
/// Bounded: a new address pushes out the one that was answered longest ago. An address that many names share has the
/// name that was asked for last. Confined to the receiver's queue.
final class AddressNames {
  /// Connections are told of when they end, and live longer than the answer that led to them.
  static let shortestLife: UInt64 = 600 * 1_000_000_000
  /// A server may allow years; addresses change hands sooner.
  static let longestLife: UInt64 = 86_400 * 1_000_000_000

  private struct Answer {
    let name: ByteSlice
    let end: UInt64
  }

  private var answers: AgedTable<IPAddress, Answer>
  /// How many addresses were pushed out before their time.
  private(set) var evictionCount = 0

  /// An empty table for so many addresses.
  init(capacity: Int) {
    answers = AgedTable(capacity: capacity)
  }

  /// The number of addresses.
  var count: Int { answers.count }

  /// Remembers that `name` has `address`; `time` is in nanoseconds since boot, the time to live in seconds.
  func note(_ name: ByteSlice, _ address: IPAddress, timeToLive: UInt32, at time: UInt64) {
    let life = min(
      max(UInt64(timeToLive) * 1_000_000_000, AddressNames.shortestLife), AddressNames.longestLife)
    let evicted = answers.put(address, Answer(name: name, end: time &+ life))
    if let evicted, evicted.value.end > time { evictionCount += 1 }
  }

  /// The name that was asked for and has this address; nil where none is known at `time`, in nanoseconds since boot.
  func name(of address: IPAddress, at time: UInt64) -> ByteSlice? {
    guard let answer = answers[address], answer.end > time else { return nil }
    return answer.name
  }

  /// Forgets the addresses whose time is over, as far as they are the oldest.
  func expire(at time: UInt64) {
    while let oldest = answers.oldest, oldest.value.end <= time { answers.removeOldest() }
  }
}
