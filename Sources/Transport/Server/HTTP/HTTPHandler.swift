/// What answers HTTP requests.
public protocol HTTPHandler: AnyObject, Sendable {
  /// Called on the connection's shard when a request's head is complete.
  ///
  /// To have the body, call `collectBody` before returning: bytes that nobody collects are thrown
  /// away. Call `respond` once, now or at any later time on the shard.
  func handle(_ exchange: HTTPExchange)
}
