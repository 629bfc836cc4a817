internal import Bytes

/// Snappy's framing format: chunks of at most 64 KiB, each with a checksum.
enum SnappyFrames {
  private static let chunkBytes = 65536
  private static let identifier: [UInt8] = [
    0xFF, 0x06, 0x00, 0x00, 0x73, 0x4E, 0x61, 0x50, 0x70, 0x59,
  ]

  /// Whether `bytes` begin as frames do; a block that began so would copy from before its start.
  static func begin(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= identifier.count
      && bytes.extracting(0..<identifier.count).isEqual(to: identifier.span)
  }

  /// Reads frames up to the end of `bytes`.
  static func decode(_ bytes: Span<UInt8>, limit: Int) throws(CompressionError) -> ByteSlice {
    guard begin(bytes) else { throw .malformed("there is no snappy stream identifier") }
    var output = LimitedOutput(limit: limit, expecting: bytes.count.multiplied(4))
    var position = identifier.count
    while position < bytes.count {
      guard bytes.count - position >= 4 else { throw .malformed("a chunk's header is truncated") }
      let kind = bytes[position]
      let size =
        Int(bytes[position + 1]) | Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]) << 16
      position += 4
      guard size <= bytes.count - position else { throw .malformed("a chunk is truncated") }
      try decodeChunk(kind, bytes.extracting(position..<position + size), into: &output)
      position += size
    }
    return output.take()
  }

  private static func decodeChunk(
    _ kind: UInt8, _ chunk: Span<UInt8>, into output: inout LimitedOutput
  ) throws(CompressionError) {
    switch kind {
    case 0x00, 0x01: try decodeData(chunk, isCompressed: kind == 0, into: &output)
    case 0xFF:
      guard chunk.isEqual(to: identifier.span.extracting(4..<10)) else {
        throw .malformed("a repeated stream identifier is damaged")
      }
    case 0x80...0xFE: break
    default: throw .malformed("a chunk is of an unknown kind, \(kind)")
    }
  }

  private static func decodeData(
    _ chunk: Span<UInt8>, isCompressed: Bool, into output: inout LimitedOutput
  ) throws(CompressionError) {
    guard chunk.count >= 4 else { throw .malformed("a chunk has no checksum") }
    var checksum: UInt32 = 0
    for index in 0..<4 { checksum |= UInt32(chunk[index]) << (8 * UInt32(index)) }
    let data = chunk.extracting(4..<chunk.count)
    let size =
      isCompressed
      ? try SnappyBlock.decodedSize(data, limit: max(output.limit, chunkBytes)) : data.count
    guard size <= chunkBytes else { throw .malformed("a chunk is larger than 64 KiB") }
    while output.room < size { try output.grow() }
    let start = output.count
    if isCompressed {
      try SnappyBlock.decode(data, into: &output, size: size)
    } else {
      output.append(data)
    }
    guard CRC32C.masked(output.written(from: start)) == checksum else {
      throw .malformed("a chunk's checksum is wrong")
    }
  }

  /// Writes `bytes` as frames; chunks that hardly shrink are stored.
  static func encode(_ bytes: Span<UInt8>) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: identifier.count + bytes.count / 2)
    buffer.append(identifier.span)
    var position = 0
    while position < bytes.count {
      let end = min(position + chunkBytes, bytes.count)
      encodeChunk(bytes.extracting(position..<end), into: &buffer)
      position = end
    }
    return buffer.takeSlice()
  }

  private static func encodeChunk(_ data: Span<UInt8>, into buffer: inout ByteBuffer) {
    let start = buffer.count
    for _ in 0..<4 { buffer.append(0) }
    let checksum = CRC32C.masked(data)
    for shift in [0, 8, 16, 24] as [UInt32] {
      buffer.append(UInt8(truncatingIfNeeded: checksum >> shift))
    }
    SnappyBlock.encode(data, into: &buffer)
    // The format's own rule: an eighth must be saved.
    let isCompressed = buffer.count - start - 8 < data.count - data.count / 8
    if !isCompressed {
      buffer.truncate(to: start + 8)
      buffer.append(data)
    }
    let size = buffer.count - start - 4
    buffer.replace(at: start, with: isCompressed ? 0 : 1)
    for index in 0..<3 {
      buffer.replace(at: start + 1 + index, with: UInt8(truncatingIfNeeded: size >> (8 * index)))
    }
  }
}
