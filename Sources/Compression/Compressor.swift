public import Bytes

/// Compresses whole messages; keeps the libraries' working memory from one to the next.
///
/// One for each shard: it is used by one queue at a time.
public struct Compressor: ~Copyable {
  private var deflate = DeflateEncoder()
  private var zstd = ZstdEncoder()
  private var lz4 = LZ4Encoder()

  /// A compressor that takes working memory when it first meets a codec.
  public init() {}

  /// The levels that `codec` has; nil when it has none and ignores the level.
  public static func levels(of codec: CompressionCodec) -> ClosedRange<Int>? {
    switch codec {
    case .gzip, .zlib, .deflate: DeflateEncoder.levels
    case .zstd: ZstdEncoder.levels
    case .lz4: LZ4Encoder.levels
    case .snappy, .snappyFramed: nil
    }
  }

  /// The message that the slices make together, compressed; without a level, at the codec's own.
  ///
  /// zstd and lz4 read the slices where they are; the others join them first when there are several.
  public mutating func compress(
    _ slices: [ByteSlice], _ codec: CompressionCodec, level: Int? = nil
  ) throws(CompressionError) -> ByteSlice {
    switch codec {
    case .gzip:
      let message = Compressor.joined(slices)
      return try deflate.encode(message.span, gzip: true, level: level)
    case .zlib, .deflate:
      let message = Compressor.joined(slices)
      return try deflate.encode(message.span, gzip: false, level: level)
    case .zstd: return try zstd.encode(slices, level: level)
    case .snappy:
      let message = Compressor.joined(slices)
      var buffer = ByteBuffer()
      SnappyBlock.encode(message.span, into: &buffer)
      return buffer.takeSlice()
    case .snappyFramed:
      let message = Compressor.joined(slices)
      return SnappyFrames.encode(message.span)
    case .lz4: return try lz4.encode(slices, level: level)
    }
  }

  private static func joined(_ slices: [ByteSlice]) -> ByteSlice {
    if slices.count == 1 { return slices[0] }
    var buffer = ByteBuffer(minimumCapacity: slices.reduce(0) { $0 + $1.count })
    for slice in slices { buffer.append(slice) }
    return buffer.takeSlice()
  }
}
