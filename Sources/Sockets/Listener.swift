public import Diagnostics
internal import Glibc
public import Queues
internal import Synchronization

/// Sockets that listen on one address and hand accepted connections to shards.
///
/// On TCP every shard listens for itself and the kernel spreads the connections; on a Unix socket
/// the first shard accepts. A connection is handed over where another shard has fewer of them.
public final class Listener: Sendable {
  /// Takes an accepted connection on its shard, before any byte is read.
  public typealias Accepted = @Sendable (StreamConnection) -> Void

  /// Where it listens, with the port that the system chose.
  public let boundAddress: SocketAddress

  private let ports: Mutex<[ShardBound<ListenerPort>]>
  private let unixPath: String?

  /// Listens on `address` from now on.
  ///
  /// Blocks while a host name is looked up. `refused` counts connections that could not be
  /// accepted because the process was out of file descriptors.
  ///
  /// - Throws: why the address cannot be used, in words.
  public init(
    _ address: SocketAddress, shards: [Shard], settings: StreamSettings = .init(), log: Log,
    refused: Counter = Counter(), accepted: @escaping Accepted
  ) throws(ListenError) {
    let sockets = try ListeningSocket.open(address, count: shards.count)
    switch address {
    case .unix(let path):
      boundAddress = address
      unixPath = path.hasPrefix("@") ? nil : path
    case .tcp(let host, _):
      let port = (try? sockets[0].localAddress())?.port ?? 0
      boundAddress = .tcp(host: host, port: port)
      unixPath = nil
    }
    let spread = ConnectionSpread(shards)
    var made: [ShardBound<ListenerPort>] = []
    for (socket, shard) in zip(sockets, shards) {
      let port = ListenerPort(
        socket, shard: shard, spread: spread, settings: settings, address: boundAddress, log: log,
        refused: refused, accepted: accepted)
      made.append(ShardBound(port, to: shard))
    }
    let ports = made
    self.ports = Mutex(ports)
    for port in ports { port.shard.post { port.value.start() } }
  }

  /// Stops listening and removes a Unix socket's file; connections that were accepted go on.
  ///
  /// `done` runs when no shard accepts any more. Calls after the first are harmless.
  public func close(_ done: @escaping @Sendable () -> Void = {}) {
    let open = ports.withLock { ports in
      let open = ports
      ports = []
      return open
    }
    guard !open.isEmpty else {
      done()
      return
    }
    if let unixPath { _ = unsafe unlink(unixPath) }
    let countdown = Countdown(remaining: open.count, done: done)
    for port in open {
      port.shard.post {
        port.value.stop()
        countdown.arrive()
      }
    }
  }
}

/// Calls back when a number of parts have arrived.
private final class Countdown: Sendable {
  private let remaining: Atomic<Int>
  private let done: @Sendable () -> Void

  init(remaining: Int, done: @escaping @Sendable () -> Void) {
    self.remaining = Atomic(remaining)
    self.done = done
  }

  func arrive() {
    if remaining.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done() }
  }
}
