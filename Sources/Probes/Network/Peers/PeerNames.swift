/// The names under which programs have asked for addresses, as DNS answers told them.
///
/// Bounded: a name is kept as long as its answer holds, ten minutes at least because connections stay longer than answers do,
/// and where there is no room the one that is not asked for goes. Confined to the receiver's queue.
final class PeerNames {
  /// The shortest time for which a name is kept, in nanoseconds.
  static let shortestLife: UInt64 = 600_000_000_000

  private struct Entry {
    var address: NetworkAddress
    var name: String
    var number: UInt64
    var until: UInt64
    var wasUsed: Bool
  }

  /// Whether anybody asks for them: else nothing need be noted.
  let isWanted: Bool
  /// The most addresses that have a name.
  let capacity: Int
  /// Names given up for others while they still held.
  private(set) var evictionCount = 0
  /// Another number each time that an address gets a name, or another one.
  private(set) var version = 0
  private var entries: [Entry] = []
  private var index: SlotIndex
  private var hand = 0

  /// An empty table for so many addresses.
  init(capacity: Int = 8192, isWanted: Bool = true) {
    self.isWanted = isWanted
    self.capacity = max(1, capacity)
    index = SlotIndex(capacity: self.capacity)
  }

  /// How many addresses have a name.
  var count: Int { entries.count }

  /// Takes note that `name` was answered with `address` at `now` and holds for `life`, both in nanoseconds since boot.
  ///
  /// Where an address has been asked for under several names the last one stays. `number` is the same for the same name and
  /// spares the comparison.
  func note(
    _ name: String, _ number: UInt64, for address: NetworkAddress, at now: UInt64, life: UInt64
  ) {
    let until = now &+ max(life, PeerNames.shortestLife)
    if let place = place(of: address) {
      entries[place].until = until
      entries[place].wasUsed = true
      if entries[place].number != number {
        version &+= 1
        entries[place].name = name
        entries[place].number = number
      }
      return
    }
    version &+= 1
    let entry = Entry(address: address, name: name, number: number, until: until, wasUsed: true)
    let place = entries.count < capacity ? entries.count : removeOne(at: now)
    if place == entries.count { entries.append(entry) } else { entries[place] = entry }
    index.insert(address.spread, at: place)
  }

  /// The name of an address; nil where it is not known or no longer holds.
  func name(of address: NetworkAddress, at now: UInt64) -> String? {
    guard let place = place(of: address), entries[place].until >= now else { return nil }
    entries[place].wasUsed = true
    return entries[place].name
  }

  private func place(of address: NetworkAddress) -> Int? {
    index.find(address.spread) { entries[$0].address == address }
  }

  /// Makes one entry's place free: everyone gets a second chance; after one round somebody has had it.
  private func removeOne(at now: UInt64) -> Int {
    while true {
      hand = hand + 1 < entries.count ? hand + 1 : 0
      if entries[hand].until < now { break }
      if !entries[hand].wasUsed {
        evictionCount += 1
        break
      }
      entries[hand].wasUsed = false
    }
    index.remove(at: hand)
    return hand
  }
}
