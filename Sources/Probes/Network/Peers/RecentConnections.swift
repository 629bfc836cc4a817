internal import Identity

/// The connections seen lately and whose their ends are.
///
/// They lie in the order in which they came, and a small table says where: each has one place in it, and one that comes later takes
/// it over. So what is written at random places stays in the processor's cache, and the second end of a connection that ends
/// finds the first among the last; while connections themselves lay at random places, a record took 50 ns longer.
struct RecentConnections {
  /// Both ends in an order that is the same whichever of them tells of it.
  private struct Connection: Equatable {
    var first = NetworkAddress.none
    var second = NetworkAddress.none
    var firstPort: UInt16 = 0
    var secondPort: UInt16 = 0
    var isTCP = false

    /// A number that spreads connections.
    ///
    /// Whoever makes connections that collide only makes them forget each other.
    var spread: UInt64 {
      let ports = UInt64(firstPort) << 16 | UInt64(secondPort)
      return ((first.low ^ second.low) &* 31 ^ ports << 20) &* 0x9e37_79b9_7f4a_7c15 >> 32
    }
  }

  /// A connection with the processes that have its ends, as far as they are known.
  private struct Entry {
    var connection = Connection()
    var first = ProcessKey.nobody
    var second = ProcessKey.nobody
  }

  private static let mostBits = 16

  private var entries: [Entry]
  private var next = 0
  /// Where in `entries` one is, in the low half, and in the high half what most others differ in.
  private var places: [UInt32]

  /// Room for as many connections, 16 to 65,536, rounded down to a power of two.
  init(capacity: Int) {
    let bits = Int.bitWidth - 1 - max(16, capacity).leadingZeroBitCount
    let count = 1 << min(bits, RecentConnections.mostBits)
    entries = Array(repeating: Entry(), count: count)
    places = Array(repeating: 0, count: count)
  }

  /// Takes note of whose the flow's near end is; returns whose the other one is, nil where it was not seen lately.
  mutating func note(_ flow: NetworkFlow) -> ProcessKey? {
    let (near, far, nearPort, farPort) = (flow.local, flow.remote, flow.localPort, flow.remotePort)
    let isFirst = nearPort == farPort ? near.isBelow(far) : nearPort < farPort
    let connection =
      isFirst
      ? Connection(
        first: near, second: far, firstPort: nearPort, secondPort: farPort, isTCP: flow.isTCP)
      : Connection(
        first: far, second: near, firstPort: farPort, secondPort: nearPort, isTCP: flow.isTCP)
    let index = index(of: connection)
    // A socket can be connected to itself.
    if isFirst || near == far && nearPort == farPort { entries[index].first = flow.owner }
    if !isFirst { entries[index].second = flow.owner }
    let other = isFirst ? entries[index].second : entries[index].first
    return other.pid == 0 ? nil : other
  }

  /// Where the connection is, as the latest one if it was not there.
  private mutating func index(of connection: Connection) -> Int {
    let spread = connection.spread
    let place = Int(truncatingIfNeeded: spread) & (places.count - 1)
    let mark = UInt32(truncatingIfNeeded: spread) & ~0xffff
    let found = places[place]
    let known = Int(found & 0xffff)
    if found & ~0xffff == mark, entries[known].connection == connection { return known }
    let index = next
    places[place] = mark | UInt32(truncatingIfNeeded: index)
    entries[index] = Entry(connection: connection)
    next = (next + 1) & (entries.count - 1)
    return index
  }
}
