public import HTTPTypes

/// Takes the parts of requests from a machine, in order, on the caller's queue.
public protocol HTTP1RequestReceiver: HTTP1BodyReceiver {
  /// A request's head is complete; `expectsContinue` asks for `100 Continue` before the body.
  func receive(head: HTTPRequestHead, body: HTTPBodyLength, expectsContinue: Bool)
}
