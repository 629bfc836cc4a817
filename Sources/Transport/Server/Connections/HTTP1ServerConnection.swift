internal import Bytes
internal import HTTP1
internal import HTTPTypes
internal import Queues
internal import Sockets

/// An HTTP/1.1 connection of a server: one exchange at a time, pipelined requests wait.
///
/// Confined to its shard.
final class HTTP1ServerConnection {
  private struct Response {
    let head: HTTPResponseHead
    let body: [ByteSlice]
  }

  /// The rest of an unread body that is skipped rather than paid with a new connection, in bytes.
  private static let skippedRest = 64 * 1024
  /// How long a closing connection waits for its peer.
  private static let linger = Duration.seconds(2)

  private let stream: any ByteStream
  private let book: ServerShard
  private let settings: HTTPServerSettings
  private let handler: any HTTPHandler
  private var machine: HTTP1RequestMachine
  private var watch: DeadlineWatch?
  private var exchange: HTTPExchange?
  private var response: Response?
  /// Bytes of requests that wait for the present one to be answered.
  private var waiting = ByteBuffer()
  private var requestStart: MonotonicTime?
  private var lastRequestEnd: MonotonicTime
  private var isHeadComplete = false
  private var isRequestComplete = false
  private var awaitsContinue = false
  private var isFeeding = false
  private var isDraining = false
  private var hasPeerClosed = false
  private var isClosing = false

  init(
    _ stream: any ByteStream, book: ServerShard, settings: HTTPServerSettings,
    handler: any HTTPHandler
  ) {
    self.stream = stream
    self.book = book
    self.settings = settings
    self.handler = handler
    machine = HTTP1RequestMachine(limits: settings.http1Limits)
    lastRequestEnd = stream.shard.now
    watch = DeadlineWatch(stream.shard) { [weak self] in self?.checkDeadlines() }
  }

  /// Feeds the machine until the bytes are used up or a request waits for its answer.
  private func feed(_ bytes: Span<UInt8>) {
    isFeeding = true
    defer { isFeeding = false }
    var offset = 0
    while offset < bytes.count, !isClosing, !isRequestComplete, !stream.isCongested {
      if requestStart == nil { requestStart = stream.shard.now }
      do throws(HTTP1Error) {
        offset += try machine.receive(bytes.extracting(offset..<bytes.count), self)
      } catch {
        refuse(error)
        return
      }
      sendResponse()
    }
    guard !isClosing, offset < bytes.count else { return }
    waiting.append(bytes.extracting(offset..<bytes.count))
    stream.pauseReading()
  }

  /// Goes on with what waited while the last request was answered or the peer did not read.
  private func resume() {
    guard !isFeeding, !isClosing else { return }
    sendResponse()
    guard !isClosing, !isRequestComplete, !stream.isCongested else { return }
    if !waiting.isEmpty {
      let bytes = waiting.takeSlice()
      feed(bytes.span)
    }
    if waiting.isEmpty, !isClosing {
      stream.resumeReading()
      if hasPeerClosed, exchange == nil || !isRequestComplete { close() }
    }
    expectDeadline()
  }

  /// Writes the response that is ready, if there is one, and makes ready for the next request.
  private func sendResponse() {
    if let response = response.take(), let exchange {
      let remaining = isRequestComplete ? 0 : unreadByteCount(of: exchange)
      let mayContinue = !awaitsContinue && remaining <= HTTP1ServerConnection.skippedRest
      let option =
        mayContinue && settings.keepsAlive && !isDraining ? machine.connectionOption : .close
      write(response, option, to: exchange)
      if option == .close {
        close()
        return
      }
    }
    guard isRequestComplete, let exchange, exchange.hasResponded else { return }
    exchange.detach()
    self.exchange = nil
    machine.beginNext()
    isHeadComplete = false
    isRequestComplete = false
    requestStart = nil
    lastRequestEnd = stream.shard.now
  }

  private func unreadByteCount(of exchange: HTTPExchange) -> Int {
    guard let declared = exchange.declaredBodyLength else { return Int.max }
    return declared - exchange.receivedByteCount
  }

  private func write(
    _ response: Response, _ option: HTTP1ConnectionOption, to exchange: HTTPExchange
  ) {
    let count = response.body.reduce(0) { $0 + $1.count }
    let hasNoBody = response.head.status == 204 || response.head.status == 304
    var buffer = ByteBuffer(minimumCapacity: 256)
    var head = response.head
    book.date(&head.fields)
    do throws(HTTP1Error) {
      try HTTP1Encoder.encode(
        head, body: hasNoBody ? .none : .exactly(count), connection: option,
        into: &buffer)
    } catch {
      writePlain(status: error.status, error.reason)
      close()
      return
    }
    stream.write(copying: buffer.span)
    if exchange.head.method != "HEAD", !hasNoBody {
      for slice in response.body { stream.write(slice) }
    }
  }

  /// Answers what is no request and ends the connection.
  private func refuse(_ error: HTTP1Error) {
    if exchange?.hasResponded != true { writePlain(status: error.status, error.reason) }
    close()
  }

  private func writePlain(status: Int, _ reason: String) {
    let body = ByteSlice(reason + "\n")
    var buffer = ByteBuffer(minimumCapacity: 256)
    var fields = HTTPFields(["content-type": "text/plain; charset=utf-8"])
    book.date(&fields)
    // The fields above are such that the encoder takes them.
    try? HTTP1Encoder.encode(
      HTTPResponseHead(status: status, fields: fields), body: .exactly(body.count),
      connection: .close, into: &buffer)
    stream.write(copying: buffer.span)
    stream.write(body)
  }

  private func close() {
    guard !isClosing else { return }
    isClosing = true
    waiting.truncate(to: 0)
    endExchange()
    stream.close(linger: HTTP1ServerConnection.linger)
  }

  private func endExchange() {
    let exchange = self.exchange.take()
    exchange?.cancel()
  }
}

extension HTTP1ServerConnection {
  private func expectDeadline() {
    watch?.expect(nextDeadline)
  }

  private var nextDeadline: MonotonicTime? {
    var next: MonotonicTime?
    if stream.queuedByteCount > 0, let timeout = settings.writeTimeout {
      next = stream.lastWriteTime + timeout
    }
    if let requestStart {
      if !isHeadComplete, let timeout = settings.readHeaderTimeout {
        next = earlier(next, requestStart + timeout)
      }
      if !isRequestComplete {
        next = earlier(next, settings.readTimeout.map { requestStart + $0 })
        // A body may take long, but not without a byte for so long.
        next = earlier(next, settings.idleTimeout.map { stream.lastReadTime + $0 })
      }
    } else if exchange == nil, let timeout = settings.idleTimeout {
      next = earlier(next, lastRequestEnd + timeout)
    }
    return next
  }

  private func checkDeadlines() {
    guard let next = nextDeadline else { return }
    guard next <= stream.shard.clock.now else {
      expectDeadline()
      return
    }
    if requestStart != nil, exchange?.hasResponded != true, stream.queuedByteCount == 0 {
      refuse(HTTP1Error(status: 408, reason: "the request did not come in time"))
    } else {
      stream.abort()
    }
  }
}

extension HTTP1ServerConnection: HTTP1RequestReceiver {
  func receive(head: HTTPRequestHead, body: HTTPBodyLength, expectsContinue: Bool) {
    isHeadComplete = true
    awaitsContinue = expectsContinue
    let declared: Int? =
      switch body {
      case .none: 0
      case .exactly(let count): count
      case .chunked, .untilClose: nil
      }
    let exchange = HTTPExchange(
      head: head, declaredBodyLength: declared, peer: stream.peer, shard: stream.shard,
      owner: self, durations: book.durations)
    self.exchange = exchange
    handler.handle(exchange)
  }

  func receive(body bytes: Span<UInt8>) {
    awaitsContinue = false
    exchange?.receive(body: bytes)
  }

  func receiveEnd(trailers: HTTPFields) {
    isRequestComplete = true
    exchange?.receiveEnd()
  }
}

extension HTTP1ServerConnection: HTTPExchangeOwner {
  func continueBody(of exchange: HTTPExchange) {
    guard awaitsContinue else { return }
    awaitsContinue = false
    var buffer = ByteBuffer(minimumCapacity: 32)
    HTTP1Encoder.encodeContinue(into: &buffer)
    stream.write(copying: buffer.span)
  }

  func respond(
    to exchange: HTTPExchange, _ head: HTTPResponseHead, body: [ByteSlice], trailers: HTTPFields?
  ) {
    guard exchange === self.exchange else { return }
    // The machine may be at work on the very bytes that led here: `feed` sends it then.
    response = Response(head: head, body: body)
    resume()
  }
}

extension HTTP1ServerConnection: ByteStreamDelegate {
  func received(_ bytes: Span<UInt8>) {
    guard !isClosing else { return }
    if isRequestComplete || !waiting.isEmpty {
      waiting.append(bytes)
      stream.pauseReading()
      return
    }
    feed(bytes)
    expectDeadline()
  }

  func peerClosed() {
    hasPeerClosed = true
    if exchange == nil || !isRequestComplete {
      // Half a request is no request, and nothing more of it can come.
      if waiting.isEmpty { close() }
    }
  }

  func produceOutput() {
    if !waiting.isEmpty, !isRequestComplete { resume() }
    expectDeadline()
  }

  func drained() {
    if hasPeerClosed, exchange == nil, waiting.isEmpty { close() }
  }

  func closed(_ error: SystemError?) {
    isClosing = true
    watch?.stop()
    watch = nil
    endExchange()
    book.remove(self)
  }
}

extension HTTP1ServerConnection: ServerConnection {
  func drain() {
    isDraining = true
    if exchange == nil, requestStart == nil, !isClosing { close() }
  }

  func abort() { stream.abort() }
}
