/// What a message has to say about its connection (RFC 9112 section 9.3).
public enum HTTP1ConnectionOption: Sendable, Equatable {
  /// Nothing: the connection stays open, as HTTP/1.1 has it.
  case none
  /// `connection: close`: this is the last message on the connection.
  case close
  /// `connection: keep-alive`: an HTTP/1.0 client asked for the connection to stay open.
  case keepAlive
}
