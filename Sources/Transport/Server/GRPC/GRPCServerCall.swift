public import Bytes
public import GRPC
internal import HTTP2
public import HTTPTypes
public import Queues
public import Sockets

/// One unary call on a server.
///
/// Confined to its connection's shard; carry it through other queues as `bound`.
public final class GRPCServerCall {
  private static let responseHead = GRPCHeads.response()
  private static let okTrailers = GRPCHeads.trailers()
  private static let emptyBody = GRPCFraming.body([], compressed: false)

  /// `/package.Service/Method`.
  public let path: String
  /// The request's fields.
  public let metadata: HTTPFields
  /// The peer and what is known of it.
  public let peer: SocketPeer
  /// The shard on which the call lives.
  public let shard: Shard
  /// When the caller stops waiting, on the shard's clock; nil for as long as it takes.
  ///
  /// The caller resets the stream then; nothing is done about it here.
  public let deadline: MonotonicTime?
  /// The largest message that is taken, in bytes, on the wire and when decompressed.
  public let limit: Int
  /// Asked with the message's length before memory is taken for it, and for a compressed message
  /// again with its decompressed length; what it throws is the answer.
  public var admit: ((Int) throws(GRPCStatus) -> Void)?
  /// How many bytes a message may have when decompressed without being admitted before.
  public var unadmittedByteCount: (() -> Int)?
  /// Called once where the call is refused before its message is whole, as `admit` says or because it
  /// is too large or cannot be read.
  public var onRefusal: ((GRPCStatus) -> Void)?
  /// Called once when the caller goes away before the answer.
  public var onCancel: (() -> Void)?
  /// Whatever the handler wants to keep with the call; let go of with the answer, or the caller.
  public var attachment: AnyObject?
  /// Whether the caller went away before the answer, so that nobody hears one.
  public private(set) var isCancelled = false

  private let stream: HTTP2StreamID
  private let encoding: GRPCEncoding
  private let decompressor: BodyDecompressor
  private var reader: GRPCMessageReader
  private var owner: HTTP2ServerConnection?
  /// When the head had come; only where durations are counted.
  private let start: MonotonicTime?
  private var handler: (any GRPCHandler)?

  init(
    _ request: GRPCCall, metadata: HTTPFields, stream: HTTP2StreamID, limit: Int,
    handler: any GRPCHandler, decompressor: BodyDecompressor, owner: HTTP2ServerConnection
  ) {
    path = request.path
    encoding = request.encoding
    self.metadata = metadata
    self.stream = stream
    self.limit = limit
    self.handler = handler
    self.decompressor = decompressor
    self.owner = owner
    peer = owner.stream.peer
    shard = owner.stream.shard
    deadline = request.timeout.map { owner.stream.shard.now + $0 }
    reader = GRPCMessageReader(limit: limit)
    start = owner.book.durations == nil ? nil : owner.stream.shard.clock.now
  }

  /// The call in a form that closures of other queues may carry back to the shard.
  public var bound: ShardBound<GRPCServerCall> { ShardBound(confined: self, to: shard) }

  /// Whether an answer was given.
  public private(set) var hasResponded = false

  /// Answers with `message` and the status OK; calls after the first answer have no effect.
  public func respond(message: ByteSlice = .empty) {
    let body =
      message.isEmpty
      ? GRPCServerCall.emptyBody : GRPCFraming.body([message], compressed: false)
    answer(.ok, GRPCServerCall.responseHead, body, GRPCServerCall.okTrailers)
  }

  /// Answers with a status other than OK; calls after the first answer have no effect.
  public func fail(_ status: GRPCStatus) {
    answer(status.code, GRPCHeads.trailersOnly(status), [], nil)
  }

  private func answer(
    _ code: GRPCStatusCode, _ head: HTTPResponseHead, _ body: [ByteSlice], _ trailers: HTTPFields?
  ) {
    shard.assertIsCurrent()
    guard !hasResponded else { return }
    hasResponded = true
    count(code)
    owner?.respond(on: stream, head, body: body, trailers: trailers)
    letGo()
  }

  private func refuse(_ status: GRPCStatus) {
    onRefusal?(status)
    fail(status)
  }

  private func count(_ code: GRPCStatusCode) {
    guard let durations = owner?.book.durations, let start else { return }
    durations.record(
      .init(method: String(path.dropFirst()), status: code.name), from: start, to: shard.clock.now)
  }

  private func letGo() {
    owner = nil
    handler = nil
    admit = nil
    onCancel = nil
    onRefusal = nil
    attachment = nil
    unadmittedByteCount = nil
  }
}

extension GRPCServerCall: HTTP2ServerStream {
  func receive(body bytes: Span<UInt8>) {
    guard !hasResponded else { return }
    do throws(GRPCStatus) {
      if let admit {
        try reader.receive(bytes, admit: admit)
      } else {
        try reader.receive(bytes)
      }
    } catch {
      refuse(error)
    }
  }

  func receiveEnd() {
    guard !hasResponded, !isCancelled, let handler else { return }
    do throws(GRPCStatus) {
      let message = try reader.finish()
      let bytes = try decompressed(message)
      if message.isCompressed { try admit?(bytes.retainedByteCount) }
      handler.receive(self, message: bytes)
    } catch {
      refuse(error)
    }
  }

  /// Decompresses within what is free, or asks for the whole limit first.
  private func decompressed(_ message: GRPCMessage) throws(GRPCStatus) -> ByteSlice {
    let free = min(limit, unadmittedByteCount?() ?? limit)
    do {
      return try decompressor.decompress(message, encoding, limit: free)
    } catch {
      guard free < limit, error.code == .resourceExhausted else { throw error }
      try admit?(limit)
      return try decompressor.decompress(message, encoding, limit: limit)
    }
  }

  func closed(_ error: HTTP2ErrorCode) {
    guard !hasResponded, !isCancelled else { return }
    isCancelled = true
    count(.cancelled)
    let onCancel = self.onCancel
    letGo()
    onCancel?()
  }
}
