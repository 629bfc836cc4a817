internal import Bytes
internal import Compression

/// A shard's decompressor, whose contexts all requests of the shard use in turn.
final class DecompressorBox {
  private var decompressor = Decompressor()

  func decompress(
    _ bytes: ByteSlice, _ codec: CompressionCodec, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    try decompressor.decompress(bytes.span, codec, limit: limit)
  }
}
