/// How a message is compressed: the names that `grpc-encoding` knows here.
public enum GRPCEncoding: String, Sendable, CaseIterable {
  /// Not compressed.
  case identity
  /// RFC 1952.
  case gzip
  /// RFC 1950, as gRPC understands the word.
  case deflate
  /// RFC 8878.
  case zstd
  /// The framing format of snappy.
  case snappy

  /// The encoding that a head's `grpc-encoding` field names; identity if there is none.
  ///
  /// - Returns: nil for a name that is not known.
  public init?(field: String?) {
    guard let field else {
      self = .identity
      return
    }
    self.init(rawValue: field)
  }
}
