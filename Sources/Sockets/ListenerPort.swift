internal import CSockets
internal import Diagnostics
internal import Glibc
internal import Queues

/// A listening socket in one shard's epoll set.
///
/// Confined to its shard.
final class ListenerPort {
  /// Connections accepted before others of the shard get their turn.
  private static let acceptsPerTurn = 64
  /// How long a process without free descriptors waits before it accepts again.
  private static let pause = Duration.milliseconds(100)
  private static let logInterval = Duration.seconds(10)

  private var descriptor: SocketDescriptor?
  private let shard: Shard
  private let spread: ConnectionSpread
  private let settings: StreamSettings
  private let address: SocketAddress
  private let log: Log
  private let refused: Counter
  private let accepted: Listener.Accepted
  private var registration: Registration?
  private var nextLogTime: MonotonicTime?
  private var resume: ShardTimer?

  init(
    _ descriptor: SocketDescriptor, shard: Shard, spread: ConnectionSpread,
    settings: StreamSettings,
    address: SocketAddress, log: Log, refused: Counter, accepted: @escaping Listener.Accepted
  ) {
    self.descriptor = descriptor
    self.shard = shard
    self.spread = spread
    self.settings = settings
    self.address = address
    self.log = log
    self.refused = refused
    self.accepted = accepted
  }

  func start() {
    guard let descriptor else { return }
    do {
      registration = try shard.register(descriptor.number, for: .read, self)
    } catch {
      log.error("cannot watch a listening socket", ["reason": .string(error.description)])
    }
  }

  func stop() {
    resume?.cancel()
    if let registration { shard.deregister(registration) }
    registration = nil
    // Closed now: who stops wants the address back when `close` is done.
    descriptor = nil
  }

  private func adopt(_ socket: SocketDescriptor, peer: SocketPeer) {
    let (target, place) = spread.take(preferring: shard)
    guard target !== shard else {
      ListenerPort.connect(socket, peer, target, place, settings, log, accepted)
      return
    }
    target.post { [settings, log, accepted] in
      ListenerPort.connect(socket, peer, target, place, settings, log, accepted)
    }
  }

  private static func connect(
    _ socket: SocketDescriptor, _ peer: SocketPeer, _ shard: Shard, _ place: ConnectionSpread.Place,
    _ settings: StreamSettings, _ log: Log, _ accepted: Listener.Accepted
  ) {
    do {
      let connection = try StreamConnection(socket, peer: peer, shard: shard, settings: settings)
      connection.place = place
      accepted(connection)
    } catch {
      log.warn("cannot watch an accepted connection", ["reason": .string(error.description)])
    }
  }

  /// Waits a little: a level-triggered backlog would otherwise turn the shard in circles.
  private func rest(_ error: SystemError) {
    refused.add()
    if nextLogTime.map({ shard.now >= $0 }) ?? true {
      nextLogTime = shard.now + ListenerPort.logInterval
      log.warn(
        "cannot accept connections; raise the limit of open files or lower the number of clients",
        ["address": .string(address.description), "reason": .string(error.description)])
    }
    guard let registration else { return }
    try? shard.update(registration, for: [])
    resume = shard.schedule(after: ListenerPort.pause) { [weak self] in
      guard let self, let registration = self.registration else { return }
      try? self.shard.update(registration, for: .read)
    }
  }
}

extension ListenerPort: ReadinessHandler {
  func ready(_ readiness: Readiness) {
    for _ in 0..<ListenerPort.acceptsPerTurn {
      guard registration != nil, let descriptor else { return }
      var storage = sockaddr_storage()
      var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let number = unsafe accept_nonblocking(descriptor.number, &storage, &count)
      guard number >= 0 else {
        refuse(.last("accept4"))
        return
      }
      let peer = ResolvedAddress(storage: storage, count: count)
      let socket = SocketDescriptor(adopting: number)
      adopt(socket, peer: SocketPeer(accepted: socket, remote: peer))
    }
  }

  private func refuse(_ error: SystemError) {
    switch error.code {
    case EAGAIN, EWOULDBLOCK: return
    // The connection failed before it was accepted: the next may be well.
    case ECONNABORTED, EINTR, EPROTO, ENETDOWN, EHOSTUNREACH, ENETUNREACH, EPERM: return
    default: rest(error)
    }
  }
}
