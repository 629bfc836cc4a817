internal import Bytes
public import Diagnostics
internal import HTTPTypes
public import Queues
public import Sockets

/// Sends HTTP requests to one target over connections that are kept for the next.
///
/// Confined to its shard. The target's name is looked up for each connection. Stop a client before
/// letting go of it.
public final class HTTPClient {
  /// The shard on which all requests are sent and answered.
  public let shard: Shard
  private let target: SocketAddress
  private let settings: HTTPClientSettings
  private let authority: String
  private let pool: HTTP2ClientPool?
  private let durations: RequestDurations?
  /// Connections without a request, the one used last at the end.
  private var idle: [HTTP1ClientConnection] = []
  private var busy: [ObjectIdentifier: HTTP1ClientConnection] = [:]
  private var waiting: [HTTPClientCall] = []
  private var idleTimer: ShardTimer?
  private var isStopped = false

  /// A client that is not connected yet.
  ///
  /// How long its requests take is counted in `metrics` where their level is detailed.
  public init(
    to target: SocketAddress, settings: HTTPClientSettings = .init(), shard: Shard,
    metrics: MetricsScope? = nil
  ) {
    self.shard = shard
    durations = .httpClient(metrics)
    self.target = target
    self.settings = settings
    authority = settings.authority ?? target.defaultAuthority
    var poolSettings = settings.pool
    poolSettings.connectTimeout = settings.connectTimeout
    pool =
      settings.usesHTTP2
      ? HTTP2ClientPool(target: target, shard: shard, settings: poolSettings) : nil
  }

  /// Sends a request and hands the outcome to `done` once, at the latest after `timeout`.
  ///
  /// `done` runs on the shard, and may run from within. A response of any status is a success.
  public func call(
    _ request: HTTPClientRequest, timeout: Duration,
    _ done: @escaping (Result<HTTPClientResponse, TransportError>) -> Void
  ) {
    shard.assertIsCurrent()
    var request = request
    if request.head.authority.isEmpty { request.head.authority = authority }
    if settings.usesHTTP2, !request.body.isEmpty {
      let count = request.body.reduce(0) { $0 + $1.count }
      request.head.fields.append("content-length", String(count))
    }
    let call = HTTPClientCall(
      request, limit: settings.maxResponseBytes, done: counted(request.head.method, done))
    guard !isStopped else {
      call.finish(.failure(.stopped))
      return
    }
    call.timer = shard.schedule(after: timeout) { [weak self] in
      self?.cancel(call)
      call.finish(.failure(.timedOut))
    }
    if let pool { pool.submit(call) } else { start(call) }
  }

  /// Closes all connections.
  ///
  /// Requests under way fail as stopped, and requests made later at once.
  public func stop() {
    shard.assertIsCurrent()
    guard !isStopped else { return }
    isStopped = true
    idleTimer?.cancel()
    // Behind the callbacks of a connection from which this may be called.
    shard.schedule(after: .zero) { [self] in
      pool?.stop()
      let left = waiting
      waiting = []
      for call in left { call.finish(.failure(.stopped)) }
      for connection in idle + Array(busy.values) { connection.abort(.stopped) }
    }
  }

  /// `done`, with the duration counted before it where durations are shown.
  private func counted(
    _ method: String, _ done: @escaping (Result<HTTPClientResponse, TransportError>) -> Void
  ) -> (Result<HTTPClientResponse, TransportError>) -> Void {
    guard let durations else { return done }
    let (start, clock) = (shard.clock.now, shard.clock)
    return { result in
      var outcome = RequestDurations.Outcome(method: RequestDurations.label(ofMethod: method))
      switch result {
      case .success(let response): outcome.status = String(response.head.status)
      case .failure(let error): outcome.error = error.label
      }
      durations.record(outcome, from: start, to: clock.now)
      done(result)
    }
  }

  private func start(_ call: HTTPClientCall) {
    if let connection = idle.popLast() {
      busy[ObjectIdentifier(connection)] = connection
      connection.start(call)
    } else if busy.count < settings.maxConnections {
      let connection = HTTP1ClientConnection(
        shard: shard, owner: self, closes: settings.maxIdleConnections == 0)
      busy[ObjectIdentifier(connection)] = connection
      connection.connect(to: target, timeout: settings.connectTimeout, for: call)
    } else {
      waiting.append(call)
    }
  }

  private func startWaiting() {
    guard !isStopped, !waiting.isEmpty else { return }
    start(waiting.removeFirst())
  }

  private func cancel(_ call: HTTPClientCall) {
    if let pool {
      pool.cancel(call, hasTimedOut: true)
    } else if let index = waiting.firstIndex(where: { $0 === call }) {
      waiting.remove(at: index)
    } else {
      for connection in Array(busy.values) where connection.call === call {
        connection.abort(.timedOut)
      }
    }
  }

  private func expectIdleEnd() {
    guard idleTimer == nil, let oldest = idle.first else { return }
    let left = oldest.idleSince + settings.idleTimeout - shard.clock.now
    idleTimer = shard.schedule(after: left) { [weak self] in
      guard let self else { return }
      idleTimer = nil
      let limit = shard.clock.now
      while let oldest = idle.first, oldest.idleSince + settings.idleTimeout <= limit {
        oldest.abort(.connectionLost("idle"))
      }
      expectIdleEnd()
    }
  }
}

extension HTTPClient: HTTP1ConnectionOwner {
  func connectionIsIdle(_ connection: HTTP1ClientConnection) {
    busy[ObjectIdentifier(connection)] = nil
    idle.append(connection)
    if waiting.isEmpty {
      if idle.count > settings.maxIdleConnections {
        idle[0].abort(.connectionLost("too many idle connections"))
      }
      expectIdleEnd()
    } else {
      startWaiting()
    }
  }

  func connectionClosed(_ connection: HTTP1ClientConnection) {
    if busy.removeValue(forKey: ObjectIdentifier(connection)) == nil {
      idle.removeAll { $0 === connection }
    }
    startWaiting()
  }
}
