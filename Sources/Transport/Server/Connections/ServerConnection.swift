/// A connection as the server's book of connections sees it; confined to its shard.
protocol ServerConnection: AnyObject {
  /// Takes no new requests, finishes those that run, then closes.
  func drain()
  /// Closes at once.
  func abort()
}
