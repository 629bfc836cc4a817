internal import Identity

/// Which process of this machine is at the other end: by the listening sockets and by the connections seen lately.
///
/// Bounded.
struct LocalPeers: ~Copyable {
  private struct Listener: Hashable {
    var address: NetworkAddress
    var port: UInt16
  }

  /// The two ends of a connection, as one of them sees it.
  private struct Tuple: Equatable {
    var near: NetworkAddress
    var far: NetworkAddress
    var nearPort: UInt16
    var farPort: UInt16
    var isTCP: Bool

    /// A number that spreads connections over a table of `count` places, a power of two.
    ///
    /// Both ends of one have neighbouring places, so that who asks for the other waits for memory once. Whoever makes
    /// connections that collide only makes them forget each other.
    func place(in count: Int) -> Int {
      let isFirst = nearPort < farPort || nearPort == farPort && near.low < far.low
      let ports = UInt64(min(nearPort, farPort)) << 16 | UInt64(max(nearPort, farPort))
      let mixed = ((near.low ^ far.low) &* 31 ^ ports << 20) &* 0x9e37_79b9_7f4a_7c15
      return Int(truncatingIfNeeded: mixed >> 40) & (count - 1) & ~1 | (isFirst ? 0 : 1)
    }
  }

  private struct Connection {
    var tuple: Tuple
    var owner: ProcessKey
  }

  /// The most listening sockets, connections and addresses, each.
  let capacity: Int
  private var listeners: [Listener: (owner: ProcessKey, cookie: UInt64)] = [:]
  /// Each has one place: one that comes later takes it over.
  private var connections: [Connection?]
  /// The addresses that sockets of this machine had, in whichever network namespace.
  private var addresses: Set<NetworkAddress> = []
  /// The address that was put there last: most flows have the same.
  private var latest = NetworkAddress.none
  /// Who was found to listen last, and where: many clients ask the same server.
  private var latestListener: (asked: Listener, owner: ProcessKey?)?

  /// Empty tables of this size, 16 at least, rounded down to a power of two.
  init(capacity: Int = 4096) {
    self.capacity = 1 << (Int.bitWidth - 1 - max(16, capacity).leadingZeroBitCount)
    connections = Array(repeating: nil, count: self.capacity)
  }

  /// How many sockets are known to listen.
  var listenerCount: Int { listeners.count }

  /// Takes note of a record.
  mutating func note(_ flow: NetworkFlow) {
    if flow.isListener { return noteListener(flow) }
    let local = flow.local
    if local != latest, !local.isUnspecified, !local.isLoopback, addresses.count < capacity {
      latest = local
      addresses.insert(local)
    }
    let tuple = Tuple(
      near: local, far: flow.remote, nearPort: flow.localPort, farPort: flow.remotePort,
      isTCP: flow.isTCP)
    connections[tuple.place(in: capacity)] = Connection(tuple: tuple, owner: flow.owner)
  }

  /// The process at the other end of `flow`; nil where it is not one of this machine's, or not known.
  mutating func peer(of flow: NetworkFlow) -> ProcessKey? {
    guard flow.remote.isLoopback || addresses.contains(flow.remote) else { return nil }
    let mirrored = Tuple(
      near: flow.remote, far: flow.local, nearPort: flow.remotePort, farPort: flow.localPort,
      isTCP: flow.isTCP)
    if let known = connections[mirrored.place(in: capacity)], known.tuple == mirrored {
      return known.owner
    }
    guard flow.isTCP, flow.role == .client else { return nil }
    return listener(Listener(address: flow.remote, port: flow.remotePort))
  }

  /// Who listens at the address, or at all of them.
  private mutating func listener(_ asked: Listener) -> ProcessKey? {
    if let latestListener, latestListener.asked == asked { return latestListener.owner }
    let found =
      listeners[asked] ?? listeners[Listener(address: .none, port: asked.port)]
      ?? listeners[Listener(address: NetworkAddress(ipv4: 0), port: asked.port)]
    latestListener = (asked, found?.owner)
    return found?.owner
  }

  private mutating func noteListener(_ flow: NetworkFlow) {
    latestListener = nil
    let listener = Listener(address: flow.local, port: flow.localPort)
    if flow.cause == .closed {
      if listeners[listener]?.cookie == flow.cookie { listeners[listener] = nil }
    } else if listeners[listener] != nil || listeners.count < capacity {
      listeners[listener] = (flow.owner, flow.cookie)
    }
  }
}
