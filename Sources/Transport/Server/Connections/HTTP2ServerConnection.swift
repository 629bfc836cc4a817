internal import Bytes
internal import HTTP2
internal import HTTPTypes
internal import Queues
internal import Sockets

/// A request's stream on a server's HTTP/2 connection.
protocol HTTP2ServerStream: AnyObject {
  func receive(body bytes: Span<UInt8>)
  func receiveEnd()
  /// The stream is gone; the last call.
  func closed(_ error: HTTP2ErrorCode)
}

/// What a server's HTTP/2 connection does with its requests.
protocol HTTP2StreamOpener {
  /// Makes the stream for a request and tells its handler.
  func open(
    _ head: HTTPRequestHead, _ stream: HTTP2StreamID, isEnd: Bool, on owner: HTTP2ServerConnection)
}

/// An HTTP/2 connection of a server.
///
/// Confined to its shard.
final class HTTP2ServerConnection {
  /// How much one `produceOutput` takes from the session at a time, in bytes.
  private static let pumpByteCount = 256 * 1024
  /// How long a closing connection waits for its peer.
  private static let linger = Duration.seconds(2)
  /// How long a connection without requests keeps the memory for the next one.
  private static let restDelay = Duration.seconds(1)
  /// How long a draining connection waits for the ping that shows that the notice has arrived.
  private static let noticePatience = Duration.seconds(1)

  let stream: any ByteStream
  let book: ServerShard
  private let keepalive: ServerKeepalive
  private let idleTimeout: Duration?
  private let readTimeout: Duration?
  private let writeTimeout: Duration?
  private let opener: any HTTP2StreamOpener
  private var session: HTTP2Session?
  private var watch: DeadlineWatch?
  private var streams: [HTTP2StreamID: any HTTP2ServerStream] = [:]
  /// Streams whose request is still on its way.
  private var unended: Set<HTTP2StreamID> = []
  private var output: [ByteSlice] = []
  private let openedAt: MonotonicTime
  private var idleSince: MonotonicTime
  private var pingSentAt: MonotonicTime?
  private var strikes: PingStrikes?
  private var drainedAt: MonotonicTime?
  private var noticeTimer: ShardTimer?
  private var isClosing = false
  private var isResting = false

  init(
    _ stream: any ByteStream, book: ServerShard, settings: HTTPServerSettings,
    opener: any HTTP2StreamOpener
  ) {
    self.stream = stream
    self.book = book
    keepalive = settings.keepalive
    idleTimeout = earlier(settings.idleTimeout, settings.keepalive.maxConnectionIdle)
    readTimeout = settings.readTimeout
    writeTimeout = settings.writeTimeout
    strikes = settings.pingPolicy.map(PingStrikes.init)
    self.opener = opener
    openedAt = stream.shard.now
    idleSince = openedAt
    session = HTTP2Session(server: settings.http2, receiver: self)
    watch = DeadlineWatch(stream.shard) { [weak self] in self?.checkDeadlines() }
    watch?.expect(nextDeadline)
  }

  /// Enters a request's stream in the book of the connection.
  func insert(_ entry: any HTTP2ServerStream, as stream: HTTP2StreamID) {
    streams[stream] = entry
  }

  /// Sends a response, whose slices are not copied.
  func respond(
    on stream: HTTP2StreamID, _ head: HTTPResponseHead, body: [ByteSlice], trailers: HTTPFields?
  ) {
    session?.respond(on: stream, head, body: body, trailers: trailers)
    strikes?.forgive()
    self.stream.wantOutput()
  }

  private func pump() {
    guard let session else { return }
    do throws(HTTP2Error) {
      while !stream.isCongested {
        try session.pump(into: &output, maximum: HTTP2ServerConnection.pumpByteCount)
        guard !output.isEmpty else { break }
        for slice in output { stream.write(slice) }
        output.removeAll(keepingCapacity: true)
      }
    } catch {
      stream.abort()
      return
    }
    if session.isFinished { close() }
  }

  private func close() {
    guard !isClosing else { return }
    isClosing = true
    stream.close(linger: HTTP2ServerConnection.linger)
  }
}

extension HTTP2ServerConnection {
  private var nextDeadline: MonotonicTime? {
    earlier(
      earlier(earlier(idleDeadline, stallDeadline), earlier(ageDeadline, pingDeadline)),
      restDeadline)
  }

  private var restDeadline: MonotonicTime? {
    streams.isEmpty && !isResting ? idleSince + HTTP2ServerConnection.restDelay : nil
  }

  private var idleDeadline: MonotonicTime? {
    guard streams.isEmpty, drainedAt == nil, let idleTimeout else { return nil }
    return idleSince + idleTimeout
  }

  private var stallDeadline: MonotonicTime? {
    var next: MonotonicTime?
    if stream.queuedByteCount > 0, let writeTimeout { next = stream.lastWriteTime + writeTimeout }
    if !unended.isEmpty, let readTimeout {
      next = earlier(next, stream.lastReadTime + readTimeout)
    }
    return next
  }

  private var ageDeadline: MonotonicTime? {
    if let drainedAt {
      return keepalive.maxConnectionAgeGrace.map { drainedAt + $0 }
    }
    return keepalive.maxConnectionAge.map { openedAt + $0 }
  }

  private var pingDeadline: MonotonicTime? {
    guard let time = keepalive.time else { return nil }
    if let pingSentAt { return pingSentAt + keepalive.timeout }
    return stream.lastReadTime + time
  }

  private func checkDeadlines() {
    let now = stream.shard.clock.now
    if let due = stallDeadline, due <= now {
      stream.abort()
      return
    }
    if let due = ageDeadline, due <= now {
      if drainedAt == nil { drain() } else { stream.abort() }
    }
    if let due = idleDeadline, due <= now { drain() }
    if let due = pingDeadline, due <= now { checkPing(now) }
    if let due = restDeadline, due <= now { rest() }
    if !stream.isClosed { watch?.expect(nextDeadline) }
  }

  private func rest() {
    isResting = true
    session?.rest()
    streams = [:]
    unended = []
    output = []
  }

  private func checkPing(_ now: MonotonicTime) {
    guard let sent = pingSentAt else {
      pingSentAt = now
      session?.ping()
      stream.wantOutput()
      return
    }
    if stream.lastReadTime > sent { pingSentAt = nil } else { stream.abort() }
  }
}

extension HTTP2ServerConnection: HTTP2SessionReceiver {
  func receive(request: HTTPRequestHead, on stream: HTTP2StreamID, isEnd: Bool) {
    if !isEnd { unended.insert(stream) }
    opener.open(request, stream, isEnd: isEnd, on: self)
  }

  func receive(trailers: HTTPFields, on stream: HTTP2StreamID) {}

  func receive(body bytes: Span<UInt8>, on stream: HTTP2StreamID) {
    streams[stream]?.receive(body: bytes)
  }

  func receiveEnd(of stream: HTTP2StreamID) {
    unended.remove(stream)
    streams[stream]?.receiveEnd()
  }

  func closed(_ stream: HTTP2StreamID, error: HTTP2ErrorCode) {
    // A request that was refused at once has no entry, and its body may still have been on its way.
    unended.remove(stream)
    guard let entry = streams.removeValue(forKey: stream) else { return }
    entry.closed(error)
    if streams.isEmpty {
      idleSince = self.stream.shard.now
      if !self.stream.isClosed { watch?.expect(earlier(idleDeadline, restDeadline)) }
    }
  }

  func pingReceived() {
    let now = stream.shard.now
    guard strikes?.ping(at: now, hasStreams: !streams.isEmpty) == true else { return }
    // The words by which gRPC clients know that they must ping less.
    session?.goAway(.enhanceYourCalm, reason: "too_many_pings")
  }

  func pingAcknowledged() {
    pingSentAt = nil
    if drainedAt != nil { sendGoAway() }
  }

  private func sendGoAway() {
    guard noticeTimer != nil else { return }
    noticeTimer?.cancel()
    noticeTimer = nil
    session?.goAway()
    stream.wantOutput()
  }
}

extension HTTP2ServerConnection: ByteStreamDelegate {
  func received(_ bytes: Span<UInt8>) {
    guard let session, !isClosing else { return }
    isResting = false
    do throws(HTTP2Error) {
      try session.receive(bytes)
    } catch {
      // The session has a GOAWAY for the peer; it is pumped and ends the connection.
    }
    stream.wantOutput()
  }

  func peerClosed() {
    // HTTP/2 has no half-closed connections.
    stream.abort()
  }

  func produceOutput() {
    pump()
    guard !stream.isClosed, !isClosing else { return }
    // Who does not read the answers cannot ask for more of them.
    if stream.isCongested { stream.pauseReading() } else { stream.resumeReading() }
    if stream.queuedByteCount > 0 || !unended.isEmpty { watch?.expect(stallDeadline) }
  }

  func drained() {}

  func closed(_ error: SystemError?) {
    isClosing = true
    watch?.stop()
    watch = nil
    noticeTimer?.cancel()
    let session = self.session.take()
    session?.closeAllStreams(.cancel)
    book.remove(self)
  }
}

extension HTTP2ServerConnection: ServerConnection {
  /// Says that the end is near, waits for the peer to have heard it, then takes no new requests.
  func drain() {
    guard drainedAt == nil, let session else { return }
    drainedAt = stream.shard.now
    session.shutdownNotice()
    session.ping()
    noticeTimer = stream.shard.schedule(after: HTTP2ServerConnection.noticePatience) {
      [weak self] in self?.sendGoAway()
    }
    stream.wantOutput()
    watch?.expect(ageDeadline)
  }

  func abort() { stream.abort() }
}
