internal import Bytes
internal import Compression
internal import GRPC

extension BodyDecompressor {
  /// The message's bytes, of at most `limit`.
  func decompress(
    _ message: GRPCMessage, _ encoding: GRPCEncoding, limit: Int
  ) throws(GRPCStatus) -> ByteSlice {
    guard message.isCompressed else { return message.bytes }
    guard let codec = encoding.codec else {
      throw GRPCStatus(.internal, "the message is compressed but no grpc-encoding says how")
    }
    do throws(CompressionError) {
      return try decompress(message.bytes, codec, limit: limit)
    } catch {
      if case .tooLarge = error {
        throw GRPCStatus(
          .resourceExhausted, "received message larger than max (\(limit)) when decompressed")
      }
      throw GRPCStatus(.internal, error.description)
    }
  }
}

extension GRPCEncoding {
  /// The codec behind the name; nil for messages that are not compressed.
  var codec: CompressionCodec? {
    switch self {
    case .identity: nil
    case .gzip: .gzip
    case .deflate: .deflate
    case .zstd: .zstd
    case .snappy: .snappyFramed
    }
  }
}
