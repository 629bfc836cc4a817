internal import Identity

/// The connections seen lately and whose their ends are.
///
/// They lie in the order in which they came, and a small table says where: each has one place in it, and one that comes later takes
/// it over. So what is written at random places stays in the processor's cache, and the second end of a connection that ends
/// finds the first among the last; while connections themselves lay at random places, a record took 50 ns longer.
struct RecentConnections {
  /// A connection as one of its ends sees it.
  private struct End: Equatable {
    /// The near port, the far one, and the protocol: first, as they mostly differ.
    var ports: UInt64 = 0
    var near = NetworkAddress.none
    var far = NetworkAddress.none

    /// What the flow's owner sees.
    @inline(__always)
    init(_ flow: NetworkFlow) {
      (near, far) = (flow.local, flow.remote)
      ports = End.ports(flow.localPort, flow.remotePort, isTCP: flow.isTCP)
    }

    init() {}

    /// What the flow's peer sees.
    @inline(__always)
    init(far flow: NetworkFlow) {
      (near, far) = (flow.remote, flow.local)
      ports = End.ports(flow.remotePort, flow.localPort, isTCP: flow.isTCP)
    }

    @inline(__always)
    private static func ports(_ near: UInt16, _ far: UInt16, isTCP: Bool) -> UInt64 {
      UInt64(near) << 32 | UInt64(far) << 16 | (isTCP ? 1 : 0)
    }
  }

  /// A connection as the end sees it that was told of first, with the processes that have its ends as far as they are known.
  private struct Entry {
    var end = End()
    var near = ProcessKey.nobody
    var far = ProcessKey.nobody
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

  /// Takes note of whose the flow's near end is; returns whose the other one is: nobody's where it was not seen lately.
  @inline(__always)
  mutating func note(_ flow: NetworkFlow) -> ProcessKey {
    let (end, other) = (End(flow), End(far: flow))
    // A socket can be connected to itself.
    let isOwn = end == other
    let spread = RecentConnections.spread(flow)
    let place = Int(truncatingIfNeeded: spread) & (places.count - 1)
    let found = places[place]
    let index = Int(found & 0xffff)
    if found & ~0xffff == spread & ~0xffff {
      if entries[index].end == other {
        entries[index].far = flow.owner
        if isOwn { entries[index].near = flow.owner }
        return entries[index].near
      }
      if entries[index].end == end {
        entries[index].near = flow.owner
        return entries[index].far
      }
    }
    places[place] = spread & ~0xffff | UInt32(truncatingIfNeeded: next)
    let far = isOwn ? flow.owner : .nobody
    entries[next] = Entry(end: end, near: flow.owner, far: far)
    next = (next + 1) & (entries.count - 1)
    return far
  }

  /// A number that spreads connections, the same for both ends.
  ///
  /// Whoever makes connections that collide only makes them forget each other.
  @inline(__always)
  private static func spread(_ flow: NetworkFlow) -> UInt32 {
    let (near, far) = (UInt64(flow.localPort), UInt64(flow.remotePort))
    // No other two ports have the same sum and the same product.
    let ports = near &* far ^ (near + far) << 32
    let mixed = ((flow.local.low ^ flow.remote.low) &* 31 ^ ports) &* 0x9e37_79b9_7f4a_7c15
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }
}
