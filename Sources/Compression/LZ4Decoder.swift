internal import Bytes
internal import CLz4

/// Reads LZ4 frames.
@safe
struct LZ4Decoder: ~Copyable {
  // Made at first use, freed by deinit, and never handed out.
  private var context: OpaquePointer?

  init() {
    unsafe context = nil
  }

  deinit {
    unsafe LZ4F_freeDecompressionContext(context)
  }

  /// Reads all frames as one message.
  mutating func decode(_ bytes: Span<UInt8>, limit: Int) throws(CompressionError) -> ByteSlice {
    if unsafe context == nil {
      var made: OpaquePointer?
      let result = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
      guard LZ4F_isError(result) == 0 else { throw .outOfMemory }
      unsafe context = made
    }
    guard let context = unsafe context else { throw .outOfMemory }
    // An unfinished or damaged frame must not be gone on with.
    unsafe LZ4F_resetDecompressionContext(context)
    let expected = try LZ4Decoder.expectedSize(bytes, limit: limit)
    var output = LimitedOutput(limit: limit, expecting: expected)
    var position = 0
    while true {
      let before = (position, output.count)
      let isFrameEnd = unsafe try LZ4Decoder.step(context, bytes, &position, &output)
      if isFrameEnd {
        if position == bytes.count { return output.take() }
      } else if before == (position, output.count) {
        guard output.room == 0 else { throw .malformed("the frame is truncated") }
        try output.grow()
      }
    }
  }

  /// Reads on from `position`; returns whether a frame ends there.
  private static func step(
    _ context: OpaquePointer, _ bytes: Span<UInt8>, _ position: inout Int,
    _ output: inout LimitedOutput
  ) throws(CompressionError) -> Bool {
    let rest = bytes.extracting(position..<bytes.count)
    var consumed = rest.count
    var result = 0
    unsafe rest.withUnsafeBufferPointer { input in
      unsafe output.fill { room in
        var written = room.count
        // The addresses and counts are those of the borrowed input and of the room.
        unsafe result = LZ4F_decompress(
          context, room.baseAddress, &written, input.baseAddress, &consumed, nil)
        return LZ4F_isError(result) == 0 ? written : 0
      }
    }
    guard LZ4F_isError(result) == 0 else {
      // Names of errors are constants of the library.
      throw .malformed(unsafe String(cString: LZ4F_getErrorName(result)))
    }
    position += consumed
    return result == 0
  }

  /// The size that the first frame announces, or a guess.
  private static func expectedSize(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(CompressionError) -> Int {
    // Magic, flags, block descriptor, and the size if the flags say so.
    guard bytes.count >= 14, bytes[0] == 0x04, bytes[1] == 0x22, bytes[2] == 0x4D,
      bytes[3] == 0x18, bytes[4] & 0x08 != 0
    else { return bytes.count.multiplied(4) }
    var size: UInt64 = 0
    for index in 0..<8 { size |= UInt64(bytes[6 + index]) << UInt64(8 * index) }
    return try LimitedOutput.check(announced: size, limit: limit)
  }
}
