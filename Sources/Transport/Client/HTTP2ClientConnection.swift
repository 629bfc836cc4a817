internal import Bytes
internal import HTTP2
internal import HTTPTypes
internal import Queues
internal import Sockets

/// What a client's connection tells the pool it belongs to.
protocol HTTP2ConnectionOwner: AnyObject {
  /// There is room for requests, or more of it.
  func connectionHasRoom(_ connection: HTTP2ClientConnection)
  /// The peer speaks HTTP/2.
  func connectionIsProven(_ connection: HTTP2ClientConnection)
  /// The connection is closed; the last call.
  func connectionClosed(_ connection: HTTP2ClientConnection, reason: String)
  /// The peer did not process the request: it may be sent on another connection.
  func retry(_ stream: any HTTP2ClientStream)
}

/// A client's HTTP/2 connection, from the attempt to connect to its end.
///
/// Confined to its shard.
final class HTTP2ClientConnection {
  private static let pumpByteCount = 256 * 1024

  private let shard: Shard
  private let settings: ConnectionPoolSettings
  private var owner: (any HTTP2ConnectionOwner)?
  private var connector: Connector?
  private var stream: (any ByteStream)?
  private var session: HTTP2Session?
  private var streams: [HTTP2StreamID: any HTTP2ClientStream] = [:]
  private var output: [ByteSlice] = []
  private var watch: DeadlineWatch?
  private var pingSentAt: MonotonicTime?
  /// Whether the peer, or this side, takes no more requests on it.
  private(set) var isGoingAway = false
  private var lostReason: String?
  /// Whether the peer's settings came, which only a server of HTTP/2 sends.
  private(set) var isProven = false

  init(shard: Shard, settings: ConnectionPoolSettings, owner: any HTTP2ConnectionOwner) {
    self.shard = shard
    self.settings = settings
    self.owner = owner
  }

  var activeStreamCount: Int { streams.count }

  /// Whether another request can be sent at once.
  var hasRoom: Bool {
    guard let session, let stream, !isGoingAway, !stream.isClosed, lostReason == nil else {
      return false
    }
    return session.canSubmitRequest
      && streams.count < min(settings.maxConcurrentStreams, session.peerMaxConcurrentStreams)
  }

  func connect(to target: SocketAddress) {
    let connector = Connector(to: target, shard: shard)
    self.connector = connector
    connector.start(timeout: settings.connectTimeout) { [weak self] outcome in
      guard let self else { return }
      self.connector = nil
      switch outcome {
      case .success(let stream): begin(stream)
      case .failure(let error): finish(error.description)
      }
    }
  }

  private func begin(_ stream: StreamConnection) {
    self.stream = stream
    session = HTTP2Session(client: HTTP2Settings(), receiver: self)
    stream.delegate = self
    stream.wantOutput()
    watch = DeadlineWatch(shard) { [weak self] in self?.checkPing() }
    watch?.expect(pingDeadline)
    owner?.connectionHasRoom(self)
  }

  /// Sends a request; false if the connection takes no more.
  func start(_ entry: any HTTP2ClientStream) -> Bool {
    guard let session, let stream else { return false }
    do throws(HTTP2Error) {
      streams[try session.submit(request: entry.head, body: entry.body)] = entry
    } catch {
      isGoingAway = true
      return false
    }
    stream.wantOutput()
    watch?.expect(pingDeadline)
    return true
  }

  /// Resets the stream of `entry`, which hears no more; false if it is not on this connection.
  func cancel(_ entry: any HTTP2ClientStream, hasTimedOut: Bool) -> Bool {
    guard let found = streams.first(where: { $0.value === entry }) else { return false }
    streams[found.key] = nil
    session?.reset(found.key, .cancel)
    stream?.wantOutput()
    if hasTimedOut { probe() }
    owner?.connectionHasRoom(self)
    return true
  }

  /// Ends the connection; its requests fail as stopped.
  func stop() {
    for (id, entry) in streams {
      session?.reset(id, .cancel)
      entry.end(.failed(.stopped))
    }
    streams = [:]
    isGoingAway = true
    connector?.cancel()
    guard let stream else {
      finish("the client was stopped")
      return
    }
    session?.terminate(.noError)
    stream.wantOutput()
  }

  private func finish(_ reason: String) {
    guard let owner = owner.take() else { return }
    lostReason = reason
    watch?.stop()
    watch = nil
    let session = self.session.take()
    session?.closeAllStreams(.cancel)
    // Streams that the session did not know any more.
    let left = streams.values
    streams = [:]
    for entry in left { entry.end(.failed(.connectionLost(reason))) }
    owner.connectionClosed(self, reason: reason)
  }
}

extension HTTP2ClientConnection {
  private var pingDeadline: MonotonicTime? {
    guard let stream else { return nil }
    if let pingSentAt { return pingSentAt + settings.keepaliveTimeout }
    guard let time = settings.keepaliveTime,
      settings.permitsPingsWithoutStream || !streams.isEmpty
    else { return nil }
    return stream.lastReadTime + time
  }

  private func checkPing() {
    guard let due = pingDeadline, let stream else { return }
    if due > shard.clock.now {
      watch?.expect(due)
    } else if let sent = pingSentAt {
      if stream.lastReadTime > sent {
        pingSentAt = nil
        watch?.expect(pingDeadline)
      } else {
        lostReason = "the peer does not answer pings"
        stream.abort()
      }
    } else {
      sendPing()
    }
  }

  private func sendPing() {
    pingSentAt = shard.clock.now
    session?.ping()
    stream?.wantOutput()
    watch?.expect(pingDeadline)
  }

  /// A request timed out: asks whether the connection is alive, so that a dead one is replaced.
  private func probe() {
    if pingSentAt == nil { sendPing() }
  }
}

extension HTTP2ClientConnection: HTTP2SessionReceiver {
  func receive(response: HTTPResponseHead, on stream: HTTP2StreamID, isEnd: Bool) {
    streams[stream]?.receive(response: response)
  }

  func receive(trailers: HTTPFields, on stream: HTTP2StreamID) {
    streams[stream]?.receive(trailers: trailers)
  }

  func receive(body bytes: Span<UInt8>, on stream: HTTP2StreamID) {
    streams[stream]?.receive(body: bytes)
  }

  func receiveEnd(of stream: HTTP2StreamID) {}

  func closed(_ stream: HTTP2StreamID, error: HTTP2ErrorCode) {
    guard let entry = streams.removeValue(forKey: stream) else { return }
    if error == .refusedStream, !entry.isRetried, let owner {
      entry.isRetried = true
      owner.retry(entry)
    } else if error != .noError, let lostReason {
      entry.end(.failed(.connectionLost(lostReason)))
    } else {
      entry.end(.closed(error))
    }
    if owner != nil, lostReason == nil { owner?.connectionHasRoom(self) }
  }

  func goingAway(lastStream: HTTP2StreamID, error: HTTP2ErrorCode) {
    isGoingAway = true
    if error != .noError { lostReason = "the peer ended the connection with \(error)" }
  }

  func pingAcknowledged() {
    pingSentAt = nil
  }

  func settingsReceived() {
    if !isProven {
      isProven = true
      owner?.connectionIsProven(self)
    }
    owner?.connectionHasRoom(self)
  }
}

extension HTTP2ClientConnection: ByteStreamDelegate {
  func received(_ bytes: Span<UInt8>) {
    guard let session else { return }
    do throws(HTTP2Error) {
      try session.receive(bytes)
    } catch {
      if lostReason == nil { lostReason = error.description }
    }
    stream?.wantOutput()
  }

  func peerClosed() {
    if lostReason == nil { lostReason = "the peer closed the connection" }
    stream?.abort()
  }

  func produceOutput() {
    guard let session, let stream else { return }
    do throws(HTTP2Error) {
      while !stream.isCongested {
        try session.pump(into: &output, maximum: HTTP2ClientConnection.pumpByteCount)
        guard !output.isEmpty else { break }
        for slice in output { stream.write(slice) }
        output.removeAll(keepingCapacity: true)
      }
    } catch {
      if lostReason == nil { lostReason = error.description }
      stream.abort()
      return
    }
    if session.isFinished {
      if lostReason == nil, let problem = session.lastProblem { lostReason = problem }
      stream.close(linger: .seconds(1))
    }
  }

  func drained() {}

  func closed(_ error: SystemError?) {
    finish(lostReason ?? error?.reason ?? "the connection was closed")
  }
}
