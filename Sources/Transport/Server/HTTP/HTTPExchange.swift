public import Bytes
internal import HTTP2
public import HTTPTypes
public import Queues
public import Sockets

/// One request and its answer, the same over HTTP/1.1 and HTTP/2.
///
/// Confined to its connection's shard; carry it through other queues as `bound`.
public final class HTTPExchange {
  private struct Collection: ~Copyable {
    var collector: BodyCollector
    let done: (Result<ByteSlice, HTTPBodyError>) -> Void
  }

  /// The request's head.
  public let head: HTTPRequestHead
  /// The peer and what is known of it.
  public let peer: SocketPeer
  /// The shard on which the exchange lives.
  public let shard: Shard
  /// The body's length in bytes as the head announces it; nil when it does not.
  public let declaredBodyLength: Int?
  /// Called once when the peer goes away before the response; not after `respond`.
  public var onCancel: (() -> Void)?

  let stream: HTTP2StreamID
  private var owner: (any HTTPExchangeOwner)?
  private let durations: RequestDurations?
  /// When the head had come; only where durations are counted.
  private let start: MonotonicTime?
  private var collection: Collection?
  private var isBodyComplete = false
  private(set) var receivedByteCount = 0
  private(set) var hasResponded = false

  init(
    head: HTTPRequestHead, declaredBodyLength: Int?, stream: HTTP2StreamID = 0, peer: SocketPeer,
    shard: Shard, owner: any HTTPExchangeOwner, durations: RequestDurations? = nil
  ) {
    self.head = head
    self.declaredBodyLength = declaredBodyLength
    self.stream = stream
    self.peer = peer
    self.shard = shard
    self.owner = owner
    self.durations = durations
    start = durations == nil ? nil : shard.clock.now
  }

  /// The exchange in a form that closures of other queues may carry back to the shard.
  public var bound: ShardBound<HTTPExchange> { ShardBound(confined: self, to: shard) }

  /// Whether the peer went away before the response, so that nobody hears an answer.
  public private(set) var isCancelled = false

  /// Collects the body, up to `limit` bytes, and hands it to `done` once.
  ///
  /// `admit` is asked with the number of bytes to be held: with the declared length before anything
  /// is allocated, or with each doubling of a body of unknown length. A refusal ends the collection
  /// and what still comes is thrown away. A client that waits for `100 Continue` is sent it here.
  /// `done` may be called from within.
  ///
  /// - Precondition: Called at most once, before `handle` returns.
  public func collectBody(
    limit: Int, admit: @escaping (Int) -> Bool,
    _ done: @escaping (Result<ByteSlice, HTTPBodyError>) -> Void
  ) {
    precondition(collection == nil && !isBodyComplete, "the body is collected once, within handle")
    var collector = BodyCollector(limit: limit, admit: admit)
    if let error = collector.begin(declared: declaredBodyLength) {
      done(.failure(error))
      return
    }
    collection = Collection(collector: collector, done: done)
    owner?.continueBody(of: self)
  }

  /// Sends the answer; calls after the first, or after the peer went away, have no effect.
  ///
  /// `content-length` is added. The slices are not copied. HTTP/1.1 leaves the trailers out. A body
  /// that was not read is skipped where little of it is left; else HTTP/1.1 closes the connection
  /// and HTTP/2 resets the stream without an error; its collection is forgotten.
  public func respond(
    _ head: HTTPResponseHead, body: [ByteSlice] = [], trailers: HTTPFields? = nil
  ) {
    shard.assertIsCurrent()
    guard !hasResponded else { return }
    hasResponded = true
    onCancel = nil
    // A body that is still on its way interests nobody any more.
    collection = nil
    count(status: String(head.status))
    owner?.respond(to: self, head, body: body, trailers: trailers)
  }

  private func count(status: String = "", error: String = "") {
    guard let durations, let start else { return }
    durations.record(
      .init(
        method: RequestDurations.label(ofMethod: head.method), status: status, error: error),
      from: start, to: shard.clock.now)
  }

  /// Lets go of the connection; the exchange is over for it.
  func detach() {
    owner = nil
  }

  private func endCollection(_ error: HTTPBodyError) {
    guard let collection = collection.take() else { return }
    collection.done(.failure(error))
  }
}

extension HTTPExchange: HTTP2ServerStream {
  func receive(body bytes: Span<UInt8>) {
    receivedByteCount += bytes.count
    guard collection != nil else { return }
    if let error = collection?.collector.append(bytes) { endCollection(error) }
  }

  func receiveEnd() {
    isBodyComplete = true
    guard var collection = collection.take() else { return }
    let body = collection.collector.finish()
    collection.done(.success(body))
  }

  func closed(_ error: HTTP2ErrorCode) {
    cancel()
  }

  /// The peer is gone, or has its answer.
  func cancel() {
    detach()
    guard !hasResponded, !isCancelled else { return }
    isCancelled = true
    count(error: "cancelled")
    endCollection(.cancelled)
    onCancel.take()?()
  }
}

/// The connection of an exchange, as the exchange sees it.
protocol HTTPExchangeOwner: AnyObject {
  /// The handler wants the body: a waiting client is told to go on.
  func continueBody(of exchange: HTTPExchange)
  func respond(
    to exchange: HTTPExchange, _ head: HTTPResponseHead, body: [ByteSlice], trailers: HTTPFields?)
}
