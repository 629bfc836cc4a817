internal import Bytes
internal import HTTP2
internal import HTTPTypes

/// A request of an HTTP/2 client and what becomes of it.
///
/// Confined to the client's shard.
protocol HTTP2ClientStream: AnyObject {
  var head: HTTPRequestHead { get }
  var body: [ByteSlice] { get }
  /// Whether it waits while the target cannot be connected to.
  var waitsForReady: Bool { get }
  /// Whether it was sent again after a peer had not processed it.
  var isRetried: Bool { get set }

  func receive(response: HTTPResponseHead)
  func receive(trailers: HTTPFields)
  func receive(body bytes: Span<UInt8>)
  /// The stream has ended; the last call.
  func end(_ outcome: HTTP2StreamOutcome)
}

/// How a client's stream ended.
enum HTTP2StreamOutcome {
  /// In order, or reset by the peer with the code.
  case closed(HTTP2ErrorCode)
  /// Without the peer's doing.
  case failed(TransportError)
}
