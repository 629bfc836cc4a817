internal import Identity

/// The connections seen lately and whose they are, each end by itself.
///
/// They lie in the order in which they came, and a small table says where: each has one place in it, and one that comes later takes
/// it over. So what is written at random places stays in the processor's cache, and who asks for the other end of a
/// connection that ends finds it among the last; while connections themselves lay at random places, a record took 50 ns longer.
struct RecentConnections {
  /// One end of a connection, as it sees both.
  struct End: Equatable {
    var near: NetworkAddress
    var far: NetworkAddress
    var nearPort: UInt16
    var farPort: UInt16
    var isTCP: Bool

    /// The end that the flow's owner has.
    init(_ flow: NetworkFlow) {
      (near, far) = (flow.local, flow.remote)
      (nearPort, farPort) = (flow.localPort, flow.remotePort)
      isTCP = flow.isTCP
    }

    fileprivate init() {
      (near, far) = (.none, .none)
      (nearPort, farPort) = (0, 0)
      isTCP = false
    }

    /// The same connection as the other side sees it.
    var other: End {
      var end = self
      swap(&end.near, &end.far)
      swap(&end.nearPort, &end.farPort)
      return end
    }

    /// A number that spreads connections, of which both ends have neighbouring ones.
    ///
    /// Whoever makes connections that collide only makes them forget each other.
    fileprivate var spread: UInt64 {
      let isFirst = nearPort < farPort || nearPort == farPort && near.low < far.low
      let ports = UInt64(min(nearPort, farPort)) << 16 | UInt64(max(nearPort, farPort))
      let mixed = ((near.low ^ far.low) &* 31 ^ ports << 20) &* 0x9e37_79b9_7f4a_7c15
      return mixed >> 32 & ~1 | (isFirst ? 0 : 1)
    }
  }

  private static let mostBits = 16

  private var ends: [(end: End, owner: ProcessKey)]
  private var next = 0
  /// Where in `ends` one is, in the low half, and in the high half what most others differ in.
  private var places: [UInt32]

  /// Room for as many ends, 16 to 65,536, rounded down to a power of two.
  init(capacity: Int) {
    let bits = Int.bitWidth - 1 - max(16, capacity).leadingZeroBitCount
    let count = 1 << min(bits, RecentConnections.mostBits)
    ends = Array(repeating: (End(), ProcessKey(pid: 0, startTicks: 0)), count: count)
    places = Array(repeating: 0, count: count)
  }

  /// Takes note of whose the end is.
  mutating func note(_ end: End, _ owner: ProcessKey) {
    let spread = end.spread
    places[place(of: spread)] = mark(of: spread) | UInt32(truncatingIfNeeded: next)
    ends[next] = (end, owner)
    next = (next + 1) & (ends.count - 1)
  }

  /// Whose the end is; nil where it was not seen lately.
  func owner(of end: End) -> ProcessKey? {
    let spread = end.spread
    let found = places[place(of: spread)]
    let index = Int(found & 0xffff)
    guard found & ~0xffff == mark(of: spread), ends[index].end == end else { return nil }
    return ends[index].owner
  }

  private func place(of spread: UInt64) -> Int {
    Int(truncatingIfNeeded: spread) & (places.count - 1)
  }

  private func mark(of spread: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: spread) & ~0xffff
  }
}
