public import Bytes
internal import HTTP2
public import HTTPTypes
internal import Queues

/// A request to send.
public struct HTTPClientRequest: Sendable {
  /// The head; an empty authority stands for the target's.
  public var head: HTTPRequestHead
  /// The body in slices, which are not copied; its length is added to the head.
  public var body: [ByteSlice]

  /// A request of these parts.
  public init(head: HTTPRequestHead, body: [ByteSlice] = []) {
    self.head = head
    self.body = body
  }
}

/// What a server answered.
public struct HTTPClientResponse: Sendable {
  /// The head; any status.
  public let head: HTTPResponseHead
  /// The body as it was sent, still compressed if the head says so.
  public let body: ByteSlice
}

/// A request of a client on its way, over either version of HTTP.
final class HTTPClientCall {
  let head: HTTPRequestHead
  let body: [ByteSlice]
  var timer: ShardTimer?
  var isRetried = false
  let waitsForReady = false
  private let limit: Int
  private var response: HTTPResponseHead?
  private var collected = ByteBuffer()
  private(set) var isTooLarge = false
  private var done: ((Result<HTTPClientResponse, TransportError>) -> Void)?

  init(
    _ request: HTTPClientRequest, limit: Int,
    done: @escaping (Result<HTTPClientResponse, TransportError>) -> Void
  ) {
    head = request.head
    body = request.body
    self.limit = limit
    self.done = done
  }

  func receive(response: HTTPResponseHead) {
    self.response = response
  }

  func receive(body bytes: Span<UInt8>) {
    guard !isTooLarge else { return }
    guard bytes.count <= limit - collected.count else {
      isTooLarge = true
      collected = ByteBuffer()
      return
    }
    collected.append(bytes)
  }

  /// The response is complete.
  func complete() {
    guard let response else {
      finish(.failure(.protocolError("the response has no head")))
      return
    }
    if isTooLarge {
      finish(.failure(.responseTooLarge(limit: limit)))
    } else {
      finish(.success(HTTPClientResponse(head: response, body: collected.takeSlice())))
    }
  }

  func finish(_ result: Result<HTTPClientResponse, TransportError>) {
    timer?.cancel()
    timer = nil
    guard let done = done.take() else { return }
    done(result)
  }
}

extension HTTPClientCall: HTTP2ClientStream {
  func receive(trailers: HTTPFields) {}

  func end(_ outcome: HTTP2StreamOutcome) {
    switch outcome {
    case .failed(let error): finish(.failure(error))
    case .closed(.noError): complete()
    case .closed(let code):
      finish(.failure(.connectionLost("the peer reset the stream with \(code)")))
    }
  }
}
