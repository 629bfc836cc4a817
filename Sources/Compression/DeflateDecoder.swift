internal import Bytes
internal import CLibdeflate

/// Reads gzip, zlib and raw deflate data that is at hand whole.
///
/// The library cannot stop and go on, so where the size is not known beforehand the data is read
/// again with twice the memory, which costs at most what the limit allows, twice.
@safe
struct DeflateDecoder: ~Copyable {
  fileprivate enum Wrapper { case gzip, zlib, none }

  // Made at first use, freed by deinit, and never handed out.
  private var context: OpaquePointer?

  init() {
    unsafe context = nil
  }

  deinit {
    if let context = unsafe context { unsafe libdeflate_free_decompressor(context) }
  }

  /// Reads one or more gzip members.
  mutating func decodeGzip(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    var output = LimitedOutput(limit: limit, expecting: DeflateDecoder.gzipSize(bytes))
    var position = 0
    repeat {
      position += try decode(bytes.extracting(position..<bytes.count), .gzip, &output)
    } while position < bytes.count
    return output.take()
  }

  /// Reads one zlib stream.
  mutating func decodeZlib(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    try decodeOne(bytes, .zlib, limit: limit)
  }

  /// Reads one zlib stream, or raw deflate data as many clients send it.
  mutating func decodeDeflate(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    guard DeflateDecoder.looksLikeZlib(bytes) else {
      return try decodeOne(bytes, .none, limit: limit)
    }
    do {
      return try decodeOne(bytes, .zlib, limit: limit)
    } catch {
      guard case .malformed = error else { throw error }
      // Raw data may begin like a zlib header; if it is neither, the first error says more.
      guard let raw = try? decodeOne(bytes, .none, limit: limit) else { throw error }
      return raw
    }
  }

  private mutating func decodeOne(
    _ bytes: Span<UInt8>, _ wrapper: Wrapper, limit: Int
  ) throws(CompressionError) -> ByteSlice {
    var output = LimitedOutput(limit: limit, expecting: bytes.count.multiplied(8))
    let consumed = try decode(bytes, wrapper, &output)
    guard consumed == bytes.count else {
      throw .malformed("\(bytes.count - consumed) bytes follow its end")
    }
    return output.take()
  }

  /// Reads one stream and returns how many bytes it took.
  private mutating func decode(
    _ bytes: Span<UInt8>, _ wrapper: Wrapper, _ output: inout LimitedOutput
  ) throws(CompressionError) -> Int {
    if unsafe context == nil { unsafe context = libdeflate_alloc_decompressor() }
    guard let context = unsafe context else { throw .outOfMemory }
    while true {
      var consumed = 0
      var result = LIBDEFLATE_BAD_DATA
      unsafe bytes.withUnsafeBufferPointer { input in
        unsafe output.fill { room in
          var written = 0
          // The addresses and counts are those of the borrowed input and of the room.
          unsafe result = DeflateDecoder.call(
            wrapper, context, input, room, consumed: &consumed, written: &written)
          return result == LIBDEFLATE_SUCCESS ? written : 0
        }
      }
      switch result {
      case LIBDEFLATE_SUCCESS: return consumed
      case LIBDEFLATE_INSUFFICIENT_SPACE: try output.grow()
      default: throw .malformed("it is truncated, damaged or not \(wrapper.name) data")
      }
    }
  }

  // Addresses and counts are those of the input and the room, which the caller borrows.
  private static func call(
    _ wrapper: Wrapper, _ context: OpaquePointer, _ input: UnsafeBufferPointer<UInt8>,
    _ room: UnsafeMutableRawBufferPointer, consumed: inout Int, written: inout Int
  ) -> libdeflate_result {
    switch wrapper {
    case .gzip:
      unsafe libdeflate_gzip_decompress_ex(
        context, input.baseAddress, input.count, room.baseAddress, room.count, &consumed, &written)
    case .zlib:
      unsafe libdeflate_zlib_decompress_ex(
        context, input.baseAddress, input.count, room.baseAddress, room.count, &consumed, &written)
    case .none:
      unsafe libdeflate_deflate_decompress_ex(
        context, input.baseAddress, input.count, room.baseAddress, room.count, &consumed, &written)
    }
  }

  /// The size that the last member gives, unless deflate cannot reach it.
  private static func gzipSize(_ bytes: Span<UInt8>) -> Int {
    guard bytes.count >= 18 else { return 0 }
    var size = 0
    for index in 0..<4 { size |= Int(bytes[bytes.count - 4 + index]) << (8 * index) }
    // Deflate's highest ratio is 1032.
    return size <= bytes.count.multiplied(1032) ? size : bytes.count.multiplied(8)
  }

  /// RFC 1950 section 2.2: method 8, a window of at most 32 KiB, no dictionary, the check bits.
  private static func looksLikeZlib(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= 2 else { return false }
    let header = Int(bytes[0]) << 8 | Int(bytes[1])
    return bytes[0] & 0x0F == 8 && bytes[0] >> 4 <= 7 && header % 31 == 0 && bytes[1] & 0x20 == 0
  }
}

extension DeflateDecoder.Wrapper {
  fileprivate var name: String {
    switch self {
    case .gzip: "gzip"
    case .zlib: "zlib"
    case .none: "deflate"
    }
  }
}

extension Int {
  /// The product, or the largest number there is.
  func multiplied(_ factor: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: factor)
    return overflows ? .max : product
  }
}
