internal import Bytes
internal import CZstd

/// Reads zstd frames that are at hand whole.
///
/// The output itself is the window, so that a window of any size costs no memory beyond the limit.
@safe
struct ZstdDecoder: ~Copyable {
  // Made at first use, freed by deinit, and never handed out.
  private var context: OpaquePointer?

  init() {
    unsafe context = nil
  }

  deinit {
    unsafe ZSTD_freeDCtx(context)
  }

  /// Reads all frames as one message.
  mutating func decode(_ bytes: Span<UInt8>, limit: Int) throws(CompressionError) -> ByteSlice {
    if unsafe context == nil { unsafe context = ZSTD_createDCtx() }
    guard let context = unsafe context else { throw .outOfMemory }
    let expected = try ZstdDecoder.expectedSize(bytes, limit: limit)
    var output = LimitedOutput(limit: limit, expecting: expected)
    while true {
      var result = 0
      unsafe bytes.withUnsafeBufferPointer { input in
        unsafe output.fill { room in
          // The addresses and counts are those of the borrowed input and of the room.
          unsafe result = ZSTD_decompressDCtx(
            context, room.baseAddress, room.count, input.baseAddress, input.count)
          return ZSTD_isError(result) == 0 ? result : 0
        }
      }
      guard ZSTD_isError(result) != 0 else { return output.take() }
      guard ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall else {
        // Names of errors are constants of the library.
        throw .malformed(unsafe String(cString: ZSTD_getErrorName(result)))
      }
      try output.grow()
    }
  }

  /// The size that the first frame announces, or a guess.
  private static func expectedSize(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(CompressionError) -> Int {
    let announced = unsafe bytes.withUnsafeBufferPointer {
      unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count)
    }
    // The two highest values say that the size is unknown or that this is no frame.
    guard announced < UInt64.max - 1 else { return bytes.count.multiplied(8) }
    return try LimitedOutput.check(announced: announced, limit: limit)
  }
}
