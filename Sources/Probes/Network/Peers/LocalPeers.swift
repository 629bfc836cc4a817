internal import Identity

/// Which process of this machine is at the other end: by the listening sockets and by the connections seen lately.
///
/// Bounded.
struct LocalPeers: ~Copyable {
  private struct Listener: Hashable {
    var address: NetworkAddress
    var port: UInt16
  }

  /// The most listening sockets and addresses, each.
  let capacity: Int
  private var listeners: [Listener: (owner: ProcessKey, cookie: UInt64)] = [:]
  private var connections: RecentConnections
  /// The addresses that sockets of this machine had, in whichever network namespace.
  private var addresses: Set<NetworkAddress> = []
  /// The address that was put there last: most flows have the same.
  private var latest = NetworkAddress.none
  /// Who was found to listen last, and where: many clients ask the same server.
  private var latestListener: (asked: Listener, owner: ProcessKey?)?

  /// Empty tables of this size.
  init(capacity: Int = 4096) {
    self.capacity = capacity
    connections = RecentConnections(capacity: capacity)
  }

  /// How many sockets are known to listen.
  var listenerCount: Int { listeners.count }

  /// Takes note of a record; returns the process at the other end of a connection whose other end was seen lately.
  @discardableResult
  mutating func note(_ flow: NetworkFlow) -> ProcessKey? {
    if flow.isListener {
      noteListener(flow)
      return nil
    }
    let local = flow.local
    if local != latest, !local.isUnspecified, !local.isLoopback, addresses.count < capacity {
      latest = local
      addresses.insert(local)
    }
    return connections.note(flow)
  }

  /// The process that listens where the flow's owner connected to; nil where it is not one of this machine's, or not known.
  mutating func listener(askedBy flow: NetworkFlow) -> ProcessKey? {
    guard flow.isTCP, flow.role == .client,
      flow.remote.isLoopback || addresses.contains(flow.remote)
    else { return nil }
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
