internal import Bytes
internal import CSnappy

/// Snappy's block format.
enum SnappyBlock {
  /// Reads one block.
  static func decode(_ bytes: Span<UInt8>, limit: Int) throws(CompressionError) -> ByteSlice {
    let size = try decodedSize(bytes, limit: limit)
    var output = LimitedOutput(limit: limit, expecting: size)
    try decode(bytes, into: &output, size: size)
    return output.take()
  }

  /// The size that a block announces.
  static func decodedSize(_ bytes: Span<UInt8>, limit: Int) throws(CompressionError) -> Int {
    var size = 0
    let status = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe input.withMemoryRebound(to: CChar.self) {
        unsafe snappy_uncompressed_length($0.baseAddress, $0.count, &size)
      }
    }
    guard status == SNAPPY_OK else { throw .malformed("the block's size is not a number") }
    return try LimitedOutput.check(announced: UInt64(size), limit: limit)
  }

  /// Reads one block of `size` decoded bytes, for which there is room.
  static func decode(
    _ bytes: Span<UInt8>, into output: inout LimitedOutput, size: Int
  ) throws(CompressionError) {
    var status = SNAPPY_INVALID_INPUT
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe input.withMemoryRebound(to: CChar.self) { input in
        unsafe output.fill { room in
          var written = room.count
          unsafe room.withMemoryRebound(to: CChar.self) { room in
            // The addresses and counts are those of the borrowed input and of the room.
            unsafe status = snappy_uncompress(
              input.baseAddress, input.count, room.baseAddress, &written)
          }
          return status == SNAPPY_OK ? written : 0
        }
      }
    }
    guard status == SNAPPY_OK else { throw .malformed("the snappy block is truncated or damaged") }
  }

  /// Appends `bytes` as one block.
  static func encode(_ bytes: Span<UInt8>, into buffer: inout ByteBuffer) {
    let bound = snappy_max_compressed_length(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe input.withMemoryRebound(to: CChar.self) { input in
        _ = unsafe buffer.append(maximum: bound) { room in
          var written = room.count
          unsafe room.withMemoryRebound(to: CChar.self) { room in
            // The addresses and counts are those of the borrowed input and of the room.
            _ = unsafe snappy_compress(input.baseAddress, input.count, room.baseAddress, &written)
          }
          return written
        }
      }
    }
  }
}
