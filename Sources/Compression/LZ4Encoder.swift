internal import Bytes
internal import CLz4

/// Writes LZ4 frames from pieces.
@safe
struct LZ4Encoder: ~Copyable {
  /// The levels of the library; those from 3 on are its slower search.
  static let levels = 0...12

  // Made at first use, freed by deinit, and never handed out.
  private var context: OpaquePointer?

  init() {
    unsafe context = nil
  }

  deinit {
    unsafe LZ4F_freeCompressionContext(context)
  }

  /// Writes the pieces as one frame that announces its size and has a checksum.
  mutating func encode(_ slices: [ByteSlice], level: Int?) throws(CompressionError) -> ByteSlice {
    if unsafe context == nil {
      var made: OpaquePointer?
      let result = unsafe LZ4F_createCompressionContext(&made, UInt32(LZ4F_VERSION))
      guard LZ4F_isError(result) == 0 else { throw .outOfMemory }
      unsafe context = made
    }
    guard let context = unsafe context else { throw .outOfMemory }
    guard LZ4Encoder.levels.contains(level ?? 0) else {
      throw .unsupportedLevel(level ?? 0, allowed: LZ4Encoder.levels)
    }
    var preferences = LZ4F_preferences_t()
    preferences.compressionLevel = Int32(level ?? 0)
    preferences.autoFlush = 1
    preferences.frameInfo.contentSize = UInt64(slices.reduce(0) { $0 + $1.count })
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
    var buffer = ByteBuffer(minimumCapacity: 64)
    // Each room has the size that the library asks for before the call.
    unsafe try LZ4Encoder.append(Int(LZ4F_HEADER_SIZE_MAX), to: &buffer) { room in
      unsafe LZ4F_compressBegin(context, room.baseAddress, room.count, &preferences)
    }
    for slice in slices where !slice.isEmpty {
      let bound = unsafe LZ4F_compressBound(slice.count, &preferences)
      unsafe try LZ4Encoder.append(bound, to: &buffer) { room in
        unsafe LZ4F_compressUpdate(
          context, room.baseAddress, room.count, slice.baseAddress, slice.count, nil)
      }
      // The slice owns the memory that the library has read.
      withExtendedLifetime(slice) {}
    }
    let end = unsafe LZ4F_compressBound(0, &preferences)
    unsafe try LZ4Encoder.append(end, to: &buffer) { room in
      unsafe LZ4F_compressEnd(context, room.baseAddress, room.count, nil)
    }
    return buffer.takeSlice()
  }

  private static func append(
    _ bound: Int, to buffer: inout ByteBuffer, _ write: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(CompressionError) {
    _ = unsafe try buffer.append(maximum: bound) { (room) throws(CompressionError) -> Int in
      let written = unsafe write(room)
      guard LZ4F_isError(written) == 0 else { throw .outOfMemory }
      return written
    }
  }
}
