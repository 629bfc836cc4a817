public import Bytes

/// Decompresses whole messages; keeps the libraries' working memory from one to the next.
///
/// One for each shard: it is used by one queue at a time.
public struct Decompressor: ~Copyable {
  private var deflate = DeflateDecoder()
  private var zstd = ZstdDecoder()
  private var lz4 = LZ4Decoder()

  /// A decompressor that takes working memory when it first meets a codec.
  public init() {}

  /// The decompressed message, of at most `limit` bytes.
  ///
  /// Memory is taken for the size that the data announces or a multiple of its own, never for more
  /// than `limit`, and the work done is bounded by `limit` too. `bytes` must be complete messages
  /// of the codec and nothing else; no bytes at all are malformed.
  public mutating func decompress(
    _ bytes: Span<UInt8>, _ codec: CompressionCodec, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    guard bytes.count > 0 else { throw .malformed("there are no bytes") }
    switch codec {
    case .gzip: return try deflate.decodeGzip(bytes, limit: limit)
    case .zlib: return try deflate.decodeZlib(bytes, limit: limit)
    case .deflate: return try deflate.decodeDeflate(bytes, limit: limit)
    case .zstd: return try zstd.decode(bytes, limit: limit)
    case .snappy:
      return SnappyFrames.begin(bytes)
        ? try SnappyFrames.decode(bytes, limit: limit)
        : try SnappyBlock.decode(bytes, limit: limit)
    case .snappyFramed: return try SnappyFrames.decode(bytes, limit: limit)
    case .lz4: return try lz4.decode(bytes, limit: limit)
    }
  }
}
