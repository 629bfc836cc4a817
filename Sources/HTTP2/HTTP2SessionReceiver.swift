public import HTTPTypes

/// What hears about the events of a session.
///
/// The session calls from within its `receive` and `pump`. The receiver may submit, respond,
/// reset and ping at any time, but must not call `receive` or `pump` from within.
public protocol HTTP2SessionReceiver: AnyObject {
  /// A request began (servers); `isEnd` when neither body nor trailers follow.
  func receive(request: HTTPRequestHead, on stream: HTTP2StreamID, isEnd: Bool)

  /// The final response began (clients); informational responses are skipped.
  func receive(response: HTTPResponseHead, on stream: HTTP2StreamID, isEnd: Bool)

  /// Trailers came; the stream's end follows.
  func receive(trailers: HTTPFields, on stream: HTTP2StreamID)

  /// A part of the body came; the bytes are borrowed.
  func receive(body bytes: Span<UInt8>, on stream: HTTP2StreamID)

  /// The peer has sent all of the stream; called once, also after a head with `isEnd`.
  func receiveEnd(of stream: HTTP2StreamID)

  /// The stream is gone: `.noError` when both sides ended it in order.
  ///
  /// Called once for every stream that was submitted or whose request was received.
  func closed(_ stream: HTTP2StreamID, error: HTTP2ErrorCode)

  /// The peer takes no streams above `lastStream` and will close the connection.
  func goingAway(lastStream: HTTP2StreamID, error: HTTP2ErrorCode)

  /// The peer sent a ping, which the session answers by itself.
  func pingReceived()

  /// The peer answered a ping.
  func pingAcknowledged()

  /// The peer's settings came and are in force.
  func settingsReceived()
}

extension HTTP2SessionReceiver {
  /// Does nothing: only servers hear of requests.
  public func receive(request: HTTPRequestHead, on stream: HTTP2StreamID, isEnd: Bool) {}

  /// Does nothing: only clients hear of responses.
  public func receive(response: HTTPResponseHead, on stream: HTTP2StreamID, isEnd: Bool) {}

  /// Does nothing.
  public func goingAway(lastStream: HTTP2StreamID, error: HTTP2ErrorCode) {}

  /// Does nothing.
  public func pingReceived() {}

  /// Does nothing.
  public func pingAcknowledged() {}

  /// Does nothing.
  public func settingsReceived() {}
}
