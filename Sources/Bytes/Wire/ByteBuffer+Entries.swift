internal import Glibc

extension ByteBuffer {
  /// Appends the beginning of field `number` that holds a message with `key` as its field 1 and a message of
  /// `valueByteCount` bytes as its field 2, as attributes are; the caller appends these bytes next.
  ///
  /// Makes room for them too, and writes all at once: records have dozens of attributes.
  public mutating func openEntry(_ number: Int, key: StaticString, valueByteCount: Int) {
    let keyCount = key.utf8CodeUnitCount
    let count =
      2 + ByteBuffer.varintByteCount(UInt64(keyCount)) + keyCount
      + ByteBuffer.varintByteCount(UInt64(valueByteCount)) + valueByteCount
    // Two tags of one byte, one of five at most, and three lengths of ten at most.
    reserve(count + 40)
    // `reserve` made room for everything that is stored below.
    let start = unsafe base.unsafelyUnwrapped + written
    var end = unsafe ByteBuffer.store(UInt64(number) << 3 | 2, at: start)
    unsafe end = ByteBuffer.store(UInt64(count), at: end)
    unsafe end = ByteBuffer.store(1 << 3 | 2, at: end)
    unsafe end = ByteBuffer.store(UInt64(keyCount), at: end)
    unsafe memcpy(end, key.utf8Start, keyCount)
    unsafe end = ByteBuffer.store(2 << 3 | 2, at: end + keyCount)
    unsafe end = ByteBuffer.store(UInt64(valueByteCount), at: end)
    unsafe written &+= end - start
  }

  /// Stores a varint; returns where the next byte goes.
  @inline(__always)
  static func store(
    _ value: UInt64, at start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var rest = value
    var next = unsafe start
    while rest >= 0x80 {
      unsafe next.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
      unsafe next += 1
      rest >>= 7
    }
    unsafe next.pointee = UInt8(truncatingIfNeeded: rest)
    return unsafe next + 1
  }
}
