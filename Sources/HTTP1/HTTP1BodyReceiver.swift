public import HTTPTypes

/// Takes the body of a message while it comes in.
public protocol HTTP1BodyReceiver: AnyObject {
  /// The next bytes of the body, never none, borrowed from what the machine was fed.
  func receive(body bytes: Span<UInt8>)
  /// The message is complete; called once for each head, also without a body.
  func receiveEnd(trailers: HTTPFields)
}
