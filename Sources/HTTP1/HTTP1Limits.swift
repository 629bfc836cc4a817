/// How large the parts of a message may be before it is refused.
public struct HTTP1Limits: Sendable {
  /// Bytes of a request line or status line; 414 beyond.
  public var startLineBytes = 8 * 1024
  /// Bytes of one field line; 431 beyond.
  public var fieldLineBytes = 16 * 1024
  /// Bytes of all field lines of a head; 431 beyond.
  public var fieldBytes = 64 * 1024
  /// Field lines of a head; 431 beyond.
  public var fieldCount = 100
  /// Bytes of all chunk extensions of one body; 400 beyond.
  public var chunkExtensionBytes = 4 * 1024
  /// Bytes of all trailer lines; 431 beyond.
  public var trailerBytes = 8 * 1024
  /// Trailer lines; 431 beyond.
  public var trailerCount = 32
  /// Bytes of a body as it is sent, still compressed; 413 beyond, before any of it is passed on
  /// where its length is announced.
  public var bodyBytes = Int.max
  /// Empty lines skipped before a request line (RFC 9112 section 2.2); 400 beyond.
  public var emptyLines = 8
  /// Interim responses skipped before the final one.
  public var interimResponses = 16

  /// The default limits.
  public init() {}
}
