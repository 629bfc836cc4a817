internal import Bytes

/// The names under which programs have asked for addresses, as DNS answers told them.
///
/// Bounded: a name is kept as long as its answer holds, ten minutes at least because connections stay longer than answers do,
/// and where there is no room the one that is not asked for goes. Confined to the receiver's queue.
final class PeerNames {
  /// The shortest time for which a name is kept, in nanoseconds.
  static let shortestLife: UInt64 = 600_000_000_000

  private struct Entry {
    var name: String
    var until: UInt64
    var wasUsed: Bool
  }

  /// The most addresses that have a name.
  let capacity: Int
  /// Names given up for others while they still held.
  private(set) var evictionCount = 0
  private var entries: [NetworkAddress: Entry] = [:]
  private var order: [NetworkAddress] = []
  private var hand = 0

  /// An empty table for so many addresses.
  init(capacity: Int = 8192) {
    self.capacity = max(1, capacity)
  }

  /// How many addresses have a name.
  var count: Int { entries.count }

  /// Takes note that `name` was answered with `address` at `now` and holds for `life`, both in nanoseconds since boot.
  ///
  /// Where an address has been asked for under several names the last one stays.
  func note(_ name: Span<UInt8>, for address: NetworkAddress, at now: UInt64, life: UInt64) {
    let until = now &+ max(life, PeerNames.shortestLife)
    if let place = entries.index(forKey: address) {
      if !entries.values[place].name.utf8Span.span.isEqual(to: name) {
        entries.values[place].name = String(copying: name)
      }
      entries.values[place].until = until
      entries.values[place].wasUsed = true
      return
    }
    let entry = Entry(name: String(copying: name), until: until, wasUsed: true)
    if order.count < capacity {
      order.append(address)
    } else {
      replaceOne(at: now, with: address)
    }
    entries[address] = entry
  }

  /// The name of an address; nil where it is not known or no longer holds.
  func name(of address: NetworkAddress, at now: UInt64) -> String? {
    guard let entry = entries[address], entry.until >= now else { return nil }
    if !entry.wasUsed { entries[address]?.wasUsed = true }
    return entry.name
  }

  /// Everyone gets a second chance; after one round somebody has had it.
  private func replaceOne(at now: UInt64, with address: NetworkAddress) {
    while true {
      hand = hand + 1 < order.count ? hand + 1 : 0
      let old = order[hand]
      guard let entry = entries[old] else { break }
      if entry.until < now { break }
      if !entry.wasUsed {
        evictionCount += 1
        break
      }
      entries[old]?.wasUsed = false
    }
    entries[order[hand]] = nil
    order[hand] = address
  }
}
