extension ByteBuffer {
  /// Appends an attribute with a whole number.
  public mutating func append(_ key: borrowing EncodedKey, _ value: Int64) {
    let bits = UInt64(bitPattern: value)
    let width = ByteBuffer.varintByteCount(bits)
    // `open` made room for the value.
    let end = unsafe open(key, tag: 3 << 3, valueByteCount: width)
    _ = unsafe ByteBuffer.store(bits, at: end)
    written &+= key.count + 2 + width
  }

  /// Appends an attribute with a fraction.
  public mutating func append(_ key: borrowing EncodedKey, _ value: Double) {
    // `open` made room for the eight bytes.
    let end = unsafe open(key, tag: 4 << 3 | 1, valueByteCount: 8)
    unsafe UnsafeMutableRawPointer(end).storeBytes(
      of: value.bitPattern.littleEndian, as: UInt64.self)
    written &+= key.count + 10
  }

  /// Appends an attribute with a truth.
  public mutating func append(_ key: borrowing EncodedKey, _ value: Bool) {
    // `open` made room for the byte.
    let end = unsafe open(key, tag: 2 << 3, valueByteCount: 1)
    unsafe end.pointee = value ? 1 : 0
    written &+= key.count + 3
  }

  /// Appends an attribute with a text that is known to be UTF-8.
  public mutating func append(_ key: borrowing EncodedKey, utf8 text: Span<UInt8>) {
    let count = text.count
    guard count <= EncodedKey.shortText else {
      openEntry(
        key.field, key: key.text,
        valueByteCount: 1 + ByteBuffer.varintByteCount(UInt64(count)) + count)
      return appendField(1, bytes: text)
    }
    // `open` made room for the length and the text.
    let end = unsafe open(key, tag: 1 << 3 | 2, valueByteCount: count + 1)
    unsafe end.pointee = UInt8(truncatingIfNeeded: count)
    unsafe text.withUnsafeBufferPointer { source in
      if let first = source.baseAddress {
        unsafe UnsafeMutableRawPointer(end + 1).copyMemory(from: first, byteCount: count)
      }
    }
    written &+= key.count + 3 + count
  }

  /// Appends an attribute with a text.
  public mutating func append(_ key: borrowing EncodedKey, _ text: StaticString) {
    // A constant's bytes stay where they are.
    let bytes = unsafe Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
    append(key, utf8: bytes)
  }

  /// Writes everything before the value and makes room for it; returns where it goes.
  ///
  /// - Precondition: both lengths have one byte, so `valueByteCount` is not above `EncodedKey.shortText + 1`.
  @inline(__always)
  private mutating func open(
    _ key: borrowing EncodedKey, tag: UInt8, valueByteCount: Int
  ) -> UnsafeMutablePointer<UInt8> {
    // The copy is wider than most keys: it needs its room, though what follows overwrites its end.
    reserve(EncodedKey.width + 2 + valueByteCount)
    // `reserve` made room for all that is stored here, and `count` is at most the width.
    let start = unsafe base.unsafelyUnwrapped + written
    unsafe UnsafeMutableRawPointer(start).storeBytes(
      of: key.bytes, as: InlineArray<64, UInt8>.self)
    unsafe start[1] = UInt8(truncatingIfNeeded: key.count + valueByteCount)
    unsafe start[key.count] = UInt8(truncatingIfNeeded: valueByteCount + 1)
    unsafe start[key.count + 1] = tag
    return unsafe start + key.count + 2
  }
}
