internal import HTTP2
internal import Queues
internal import Sockets

/// A client's HTTP/2 connections to one target: made when wanted, replaced when they end.
///
/// Confined to its shard.
final class HTTP2ClientPool {
  /// How many times the wanted connections there may be with those that are ending.
  private static let endingShare = 4

  private let target: SocketAddress
  private let shard: Shard
  private let settings: ConnectionPoolSettings
  private var connections: [HTTP2ClientConnection] = []
  private var waiting: [any HTTP2ClientStream] = []
  private var backoff: ConnectBackoff
  private var backoffTimer: ShardTimer?
  private var lastFailure = ""
  private var isStopped = false

  init(target: SocketAddress, shard: Shard, settings: ConnectionPoolSettings) {
    self.target = target
    self.shard = shard
    self.settings = settings
    backoff = ConnectBackoff(initial: settings.initialBackoff, maximum: settings.maximumBackoff)
  }

  /// Sends the request as soon as a connection has room; the stream may end from within.
  func submit(_ entry: any HTTP2ClientStream) {
    guard !isStopped else {
      entry.end(.failed(.stopped))
      return
    }
    if waiting.isEmpty, start(entry) { return }
    if isBackingOff, !entry.waitsForReady {
      entry.end(.failed(.cannotConnect(lastFailure)))
      return
    }
    waiting.append(entry)
    connectIfNeeded()
  }

  /// Takes the request back; it hears no more.
  func cancel(_ entry: any HTTP2ClientStream, hasTimedOut: Bool = false) {
    if let index = waiting.firstIndex(where: { $0 === entry }) {
      waiting.remove(at: index)
      return
    }
    for connection in connections where connection.cancel(entry, hasTimedOut: hasTimedOut) {
      return
    }
  }

  /// Ends all connections; requests fail as stopped.
  func stop() {
    guard !isStopped else { return }
    isStopped = true
    backoffTimer?.cancel()
    let left = waiting
    waiting = []
    for entry in left { entry.end(.failed(.stopped)) }
    for connection in connections { connection.stop() }
  }

  private var isBackingOff: Bool { backoffTimer != nil && connections.isEmpty }

  /// Starts the request on the connection with the fewest.
  private func start(_ entry: any HTTP2ClientStream) -> Bool {
    var best: HTTP2ClientConnection?
    for connection in connections where connection.hasRoom {
      if connection.activeStreamCount < best?.activeStreamCount ?? .max { best = connection }
    }
    guard let best, best.start(entry) else { return false }
    // Busy connections are a reason for another one, which later requests will find.
    if best.activeStreamCount > 1 { connectIfNeeded() }
    return true
  }

  private func connectIfNeeded() {
    // One that goes away ends with its last answer, which may take as long as the server likes.
    let usable = connections.count { !$0.isGoingAway }
    guard !isStopped, backoffTimer == nil, usable < settings.connectionCount,
      connections.count < HTTP2ClientPool.endingShare * settings.connectionCount
    else { return }
    let connection = HTTP2ClientConnection(shard: shard, settings: settings, owner: self)
    connections.append(connection)
    connection.connect(to: target)
  }

  private func startWaiting() {
    var started = 0
    while started < waiting.count, start(waiting[started]) { started += 1 }
    waiting.removeFirst(started)
  }

  private func waitBeforeConnecting() {
    guard backoffTimer == nil, !isStopped else { return }
    backoffTimer = shard.schedule(after: backoff.next()) { [weak self] in
      guard let self else { return }
      backoffTimer = nil
      if !waiting.isEmpty { connectIfNeeded() }
    }
  }

  private func failWaiting(_ reason: String) {
    let left = waiting
    waiting = left.filter(\.waitsForReady)
    for entry in left where !entry.waitsForReady { entry.end(.failed(.cannotConnect(reason))) }
  }
}

extension HTTP2ClientPool: HTTP2ConnectionOwner {
  func connectionHasRoom(_ connection: HTTP2ClientConnection) {
    startWaiting()
  }

  func connectionIsProven(_ connection: HTTP2ClientConnection) {
    backoff.reset()
  }

  func connectionClosed(_ connection: HTTP2ClientConnection, reason: String) {
    connections.removeAll { $0 === connection }
    if connection.isProven {
      if !waiting.isEmpty { connectIfNeeded() }
      return
    }
    lastFailure = reason
    waitBeforeConnecting()
    if connections.isEmpty { failWaiting(reason) }
  }

  func retry(_ entry: any HTTP2ClientStream) {
    submit(entry)
  }
}
