internal import Identity

/// Which process of this machine is at the other end: by the listening sockets and by the connections seen lately.
///
/// Bounded; confined to the receiver's queue.
final class LocalPeers {
  private struct Listener: Hashable {
    var address: NetworkAddress
    var port: UInt16
  }

  private struct Tuple: Hashable {
    var near: NetworkAddress
    var far: NetworkAddress
    var nearPort: UInt16
    var farPort: UInt16
    var isTCP: Bool
  }

  /// The most listening sockets, connections and addresses, each.
  let capacity: Int
  private var listeners: [Listener: (owner: ProcessKey, cookie: UInt64)] = [:]
  private var connections: [Tuple: ProcessKey] = [:]
  private var recent: [Tuple] = []
  private var next = 0
  /// The addresses that sockets of this machine had, in whichever network namespace.
  private var addresses: Set<NetworkAddress> = []

  /// Empty tables of this size.
  init(capacity: Int = 4096) {
    self.capacity = max(1, capacity)
    recent.reserveCapacity(self.capacity)
  }

  /// How many sockets are known to listen.
  var listenerCount: Int { listeners.count }

  /// Takes note of a record.
  func note(_ flow: NetworkFlow) {
    if flow.isListener { return noteListener(flow) }
    if !flow.local.isUnspecified, !flow.local.isLoopback, addresses.count < capacity {
      addresses.insert(flow.local)
    }
    let tuple = Tuple(
      near: flow.local, far: flow.remote, nearPort: flow.localPort, farPort: flow.remotePort,
      isTCP: flow.isTCP)
    guard connections.updateValue(flow.owner, forKey: tuple) == nil else { return }
    if recent.count < capacity { return recent.append(tuple) }
    connections[recent[next]] = nil
    recent[next] = tuple
    next = next + 1 < capacity ? next + 1 : 0
  }

  /// The process at the other end of `flow`; nil where it is not one of this machine's, or not known.
  func peer(of flow: NetworkFlow) -> ProcessKey? {
    guard flow.remote.isLoopback || addresses.contains(flow.remote) else { return nil }
    let mirrored = Tuple(
      near: flow.remote, far: flow.local, nearPort: flow.remotePort, farPort: flow.localPort,
      isTCP: flow.isTCP)
    if let owner = connections[mirrored] { return owner }
    guard flow.isTCP, flow.role == .client else { return nil }
    return listener(flow.remote, flow.remotePort) ?? listener(.none, flow.remotePort)
      ?? listener(NetworkAddress(ipv4: 0), flow.remotePort)
  }

  private func listener(_ address: NetworkAddress, _ port: UInt16) -> ProcessKey? {
    listeners[Listener(address: address, port: port)]?.owner
  }

  private func noteListener(_ flow: NetworkFlow) {
    let listener = Listener(address: flow.local, port: flow.localPort)
    if flow.cause == .closed {
      if listeners[listener]?.cookie == flow.cookie { listeners[listener] = nil }
    } else if listeners[listener] != nil || listeners.count < capacity {
      listeners[listener] = (flow.owner, flow.cookie)
    }
  }
}
