internal import Bytes
internal import HTTP1
internal import HTTPTypes
internal import Queues
internal import Sockets

/// What a client's HTTP/1.1 connection tells the client it belongs to.
protocol HTTP1ConnectionOwner: AnyObject {
  /// The connection can carry another request.
  func connectionIsIdle(_ connection: HTTP1ClientConnection)
  /// The connection is closed; the last call.
  func connectionClosed(_ connection: HTTP1ClientConnection)
}

/// A client's HTTP/1.1 connection: one request at a time.
///
/// Confined to its shard.
final class HTTP1ClientConnection {
  private let shard: Shard
  private var owner: (any HTTP1ConnectionOwner)?
  private var connector: Connector?
  private var stream: (any ByteStream)?
  private var machine = HTTP1ResponseMachine()
  private let connectionOption: HTTP1ConnectionOption
  private var isFresh = true
  private var isResponseComplete = false
  private(set) var call: HTTPClientCall?
  private(set) var idleSince: MonotonicTime

  /// A connection that `closes` says so with its first request, which is its last.
  init(shard: Shard, owner: any HTTP1ConnectionOwner, closes: Bool) {
    self.shard = shard
    connectionOption = closes ? .close : .none
    self.owner = owner
    idleSince = shard.now
  }

  /// Connects and sends the first request.
  func connect(to target: SocketAddress, timeout: Duration, for call: HTTPClientCall) {
    self.call = call
    let connector = Connector(to: target, shard: shard)
    self.connector = connector
    connector.start(timeout: timeout) { [weak self] outcome in
      guard let self else { return }
      self.connector = nil
      switch outcome {
      case .success(let stream):
        self.stream = stream
        stream.delegate = self
        send(call)
      case .failure(let error): finish(.cannotConnect(error.description))
      }
    }
  }

  /// Sends the next request over an idle connection.
  func start(_ call: HTTPClientCall) {
    self.call = call
    send(call)
  }

  private func send(_ call: HTTPClientCall) {
    guard let stream else { return }
    isResponseComplete = false
    if isFresh {
      machine = HTTP1ResponseMachine(requestMethod: call.head.method)
      isFresh = false
    } else {
      machine.beginNext(requestMethod: call.head.method)
    }
    let count = call.body.reduce(0) { $0 + $1.count }
    var buffer = ByteBuffer(minimumCapacity: 512)
    do throws(HTTP1Error) {
      try HTTP1Encoder.encode(
        call.head, body: count == 0 ? .none : .exactly(count), connection: connectionOption,
        into: &buffer)
    } catch {
      finish(.protocolError(error.reason))
      return
    }
    stream.write(copying: buffer.span)
    for slice in call.body { stream.write(slice) }
  }

  /// Closes the connection; a request on it fails with `error`.
  func abort(_ error: TransportError) {
    finish(error)
  }

  private func finish(_ error: TransportError) {
    guard let owner = owner.take() else { return }
    connector?.cancel()
    connector = nil
    let stream = self.stream.take()
    stream?.delegate = nil
    stream?.abort()
    let call = self.call.take()
    owner.connectionClosed(self)
    call?.finish(.failure(error))
  }

  /// The response is complete: hands it over and becomes idle, or ends.
  private func completeCall() {
    guard let call = self.call.take() else { return }
    idleSince = shard.now
    if machine.keepsAlive, connectionOption != .close, let owner {
      owner.connectionIsIdle(self)
    } else {
      finish(.connectionLost("the connection was closed"))
    }
    call.complete()
  }
}

extension HTTP1ClientConnection: HTTP1ResponseReceiver {
  func receive(head: HTTPResponseHead, body: HTTPBodyLength) {
    call?.receive(response: head)
  }

  func receive(body bytes: Span<UInt8>) {
    call?.receive(body: bytes)
  }

  func receiveEnd(trailers: HTTPFields) {
    isResponseComplete = true
  }
}

extension HTTP1ClientConnection: ByteStreamDelegate {
  func received(_ bytes: Span<UInt8>) {
    guard let call, !isResponseComplete else {
      finish(.protocolError("there are bytes that answer no request"))
      return
    }
    let taken: Int
    do throws(HTTP1Error) {
      taken = try machine.receive(bytes, self)
    } catch {
      finish(.protocolError(error.reason))
      return
    }
    if call.isTooLarge {
      // What is left of it is not worth reading.
      self.call = nil
      finish(.connectionLost("the response was too large"))
      call.complete()
    } else if isResponseComplete {
      let hasMore = taken < bytes.count
      completeCall()
      if hasMore { finish(.connectionLost("there were bytes behind the last response")) }
    }
  }

  func peerClosed() {
    guard call != nil else {
      finish(.connectionLost("the peer closed the connection"))
      return
    }
    do throws(HTTP1Error) {
      try machine.endOfInput(self)
      completeCall()
    } catch {
      finish(.connectionLost(error.reason))
    }
  }

  func produceOutput() {}
  func drained() {}

  func closed(_ error: SystemError?) {
    finish(.connectionLost(error?.reason ?? "the connection was closed"))
  }
}
