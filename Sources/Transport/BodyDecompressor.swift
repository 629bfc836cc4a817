public import Bytes
public import Compression

/// A shard's working memory for decompressing bodies, which all requests of the shard use in turn.
///
/// Confined to the shard.
public final class BodyDecompressor {
  private var decompressor = Decompressor()

  /// A decompressor that takes working memory when it first meets a codec.
  public init() {}

  /// The decompressed bytes, of at most `limit`.
  public func decompress(
    _ bytes: ByteSlice, _ codec: CompressionCodec, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    try decompressor.decompress(bytes.span, codec, limit: limit)
  }
}
