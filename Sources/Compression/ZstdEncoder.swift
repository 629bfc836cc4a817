internal import Bytes
internal import CZstd

/// Writes zstd frames from pieces.
@safe
struct ZstdEncoder: ~Copyable {
  /// The levels in use: those above 19 take memory without end for messages.
  static let levels = -7...19
  /// The level used when none is given.
  static let defaultLevel = 3

  // Made at first use, freed by deinit, and never handed out.
  private var context: OpaquePointer?

  init() {
    unsafe context = nil
  }

  deinit {
    unsafe ZSTD_freeCCtx(context)
  }

  /// Writes the pieces as one frame that announces its size.
  mutating func encode(_ slices: [ByteSlice], level: Int?) throws(CompressionError) -> ByteSlice {
    if unsafe context == nil { unsafe context = ZSTD_createCCtx() }
    guard let context = unsafe context else { throw .outOfMemory }
    let level = level ?? ZstdEncoder.defaultLevel
    guard ZstdEncoder.levels.contains(level) else {
      throw .unsupportedLevel(level, allowed: ZstdEncoder.levels)
    }
    let total = slices.reduce(0) { $0 + $1.count }
    // The level is one that the library has, so none of these can fail.
    unsafe ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(total))
    let bound = ZSTD_compressBound(total)
    var buffer = ByteBuffer(minimumCapacity: bound)
    // The room is that of the buffer and outlives the calls that write to it.
    _ = unsafe try buffer.append(maximum: bound) { (room) throws(CompressionError) -> Int in
      var output = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      for index in slices.indices.dropLast() {
        unsafe try ZstdEncoder.add(slices[index], to: context, ZSTD_e_continue, &output)
      }
      unsafe try ZstdEncoder.add(slices.last ?? .empty, to: context, ZSTD_e_end, &output)
      return unsafe output.pos
    }
    return buffer.takeSlice()
  }

  private static func add(
    _ slice: ByteSlice, to context: OpaquePointer, _ directive: ZSTD_EndDirective,
    _ output: inout ZSTD_outBuffer
  ) throws(CompressionError) {
    // The slice is kept alive up to the end of the function.
    var input = unsafe ZSTD_inBuffer(src: slice.baseAddress, size: slice.count, pos: 0)
    var left = 0
    // The bound makes room for everything, so each call gets on until all is done.
    repeat {
      left = unsafe ZSTD_compressStream2(context, &output, &input, directive)
      guard ZSTD_isError(left) == 0 else { throw .outOfMemory }
    } while unsafe input.pos < input.size || (directive == ZSTD_e_end && left > 0)
    withExtendedLifetime(slice) {}
  }
}
