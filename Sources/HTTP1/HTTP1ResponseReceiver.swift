public import HTTPTypes

/// Takes the parts of final responses from a machine, in order, on the caller's queue.
public protocol HTTP1ResponseReceiver: HTTP1BodyReceiver {
  /// A response's head is complete.
  func receive(head: HTTPResponseHead, body: HTTPBodyLength)
}
