/// How the end of a body is found (RFC 9112 section 6.3).
public enum HTTPBodyLength: Sendable, Equatable {
  /// There is no body.
  case none
  /// The body has this many bytes.
  case exactly(Int)
  /// The body comes in chunks, the last of them empty.
  case chunked
  /// The body ends with the connection; only responses may do so.
  case untilClose
}
