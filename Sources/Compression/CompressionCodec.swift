/// How bytes are compressed; the raw value is the name in `content-encoding` and configurations.
public enum CompressionCodec: String, Sendable, CaseIterable {
  /// gzip (RFC 1952); several members are read as one message.
  case gzip
  /// zlib (RFC 1950), under a name that only configurations use.
  case zlib
  /// What HTTP calls deflate (RFC 9110 section 8.4.1.2): written as zlib, also read without its wrapper.
  case deflate
  /// Zstandard frames (RFC 8878).
  case zstd
  /// Snappy's block format; its framing format is recognised when reading.
  ///
  /// OTLP/HTTP writes blocks under this name, gRPC writes frames: there use `snappyFramed`.
  case snappy
  /// Snappy's framing format.
  case snappyFramed = "x-snappy-framed"
  /// LZ4 frames.
  case lz4
}
