/// The key of an attribute that many messages have, with what surrounds it, encoded once.
///
/// An attribute then costs one check of room, one copy of a fixed width, its two lengths and its value: 5 ns where parts
/// written one by one take 25.
public struct EncodedKey: Sendable {
  /// The longest key in bytes.
  public static let maximumByteCount = EncodedKey.width - 5
  /// The bytes that are copied whatever the key's length: four registers.
  static let width = 64

  let text: StaticString
  let field: Int
  /// The bytes up to the value's length; the rest of `bytes` is zero.
  let count: Int
  let bytes: InlineArray<64, UInt8>

  /// The key `text` of attributes that are field `field` of their message.
  ///
  /// - Precondition: `field` is from 1 to 15, and `text` is not longer than `maximumByteCount`.
  public init(_ text: StaticString, field: Int) {
    let keyCount = text.utf8CodeUnitCount
    precondition((1...15).contains(field), "a field's tag has one byte")
    precondition(keyCount <= EncodedKey.maximumByteCount, "an attribute's key is too long")
    var buffer = ByteBuffer(minimumCapacity: EncodedKey.width)
    buffer.appendTag(field, .length)
    buffer.append(0)
    buffer.appendTag(1, .length)
    buffer.appendVarint(UInt64(keyCount))
    buffer.append(text)
    buffer.appendTag(2, .length)
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    for index in 0..<buffer.count { bytes[index] = buffer.span[index] }
    self.text = text
    self.field = field
    self.bytes = bytes
    count = buffer.count
  }
}

extension ByteBuffer {
  /// Appends an attribute with a whole number.
  public mutating func append(_ key: borrowing EncodedKey, _ value: Int64) {
    let bits = UInt64(bitPattern: value)
    let width = ByteBuffer.varintByteCount(bits)
    let end = unsafe open(key, tag: 3 << 3, valueByteCount: width)
    _ = unsafe ByteBuffer.store(bits, at: end)
    written &+= key.count + 2 + width
  }

  /// Appends an attribute with a fraction.
  public mutating func append(_ key: borrowing EncodedKey, _ value: Double) {
    let end = unsafe open(key, tag: 4 << 3 | 1, valueByteCount: 8)
    // `open` made room for the eight bytes.
    unsafe UnsafeMutableRawPointer(end).storeBytes(
      of: value.bitPattern.littleEndian, as: UInt64.self)
    written &+= key.count + 10
  }

  /// Appends an attribute with a truth.
  public mutating func append(_ key: borrowing EncodedKey, _ value: Bool) {
    let end = unsafe open(key, tag: 2 << 3, valueByteCount: 1)
    // `open` made room for the byte.
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
    let end = unsafe open(key, tag: 1 << 3 | 2, valueByteCount: count + 1)
    // `open` made room for the length and the text.
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

extension EncodedKey {
  /// The longest text with which all lengths have one byte: that of the attribute is at most 127.
  static let shortText = 127 - EncodedKey.width - 1
}

extension ByteBuffer {
  /// Overwrites eight bytes at `offset`, low byte first.
  ///
  /// - Precondition: there are eight bytes from `offset` on.
  public mutating func replace(at offset: Int, fixed64 value: UInt64) {
    precondition(offset >= 0 && offset <= count - 8, "offset outside the buffer")
    // All eight bytes are within those written.
    unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + offset).storeBytes(
      of: value.littleEndian, as: UInt64.self)
  }
}
