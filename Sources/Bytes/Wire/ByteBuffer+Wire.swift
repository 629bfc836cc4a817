extension ByteBuffer {
  // Inlinable: most are one byte, which a call would cost twice.
  /// Appends a varint.
  @inlinable @inline(__always)
  public mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  // Inlinable: a constant byte where the number is one.
  /// Appends a field's tag.
  @inlinable @inline(__always)
  public mutating func appendTag(_ number: Int, _ type: WireType) {
    appendVarint(UInt64(number) << 3 | UInt64(type.rawValue))
  }

  /// Appends eight bytes, low byte first.
  public mutating func appendFixed64(_ value: UInt64) {
    reserve(8)
    // `reserve` made room for the eight bytes.
    unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + written)
      .storeBytes(of: value.littleEndian, as: UInt64.self)
    written &+= 8
  }

  /// Appends four bytes, low byte first.
  public mutating func appendFixed32(_ value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Appends a varint field.
  public mutating func appendField(_ number: Int, varint value: UInt64) {
    appendTag(number, .varint)
    appendVarint(value)
  }

  /// Appends a field of eight bytes.
  public mutating func appendField(_ number: Int, fixed64 value: UInt64) {
    appendTag(number, .fixed64)
    appendFixed64(value)
  }

  /// Appends a field of a floating-point number.
  public mutating func appendField(_ number: Int, double value: Double) {
    appendField(number, fixed64: value.bitPattern)
  }

  /// Appends a field of bytes, text or a nested message.
  public mutating func appendField(_ number: Int, bytes: Span<UInt8>) {
    appendTag(number, .length)
    appendVarint(UInt64(bytes.count))
    append(bytes)
  }

  /// Appends a text field.
  public mutating func appendField(_ number: Int, text: String) {
    appendField(number, bytes: text.utf8Span.span)
  }

  // Inlinable: two instructions.
  /// The number of bytes that `value` takes as a varint, 1 to 10.
  @inlinable
  public static func varintByteCount(_ value: UInt64) -> Int {
    // Nine 64ths instead of a seventh: the same for all widths up to 64 bits, and no division.
    let highestBit = 63 - (value | 1).leadingZeroBitCount
    return (highestBit &* 9 &+ 73) / 64
  }

  /// Appends a length-delimited field whose value `body` appends, without a second buffer.
  ///
  /// - Complexity: O(value) once more where the value is longer than 127 bytes and must move.
  public mutating func appendField<E: Error>(
    _ number: Int, _ body: (inout ByteBuffer) throws(E) -> Void
  ) throws(E) {
    appendTag(number, .length)
    let mark = openLength()
    try body(&self)
    closeLength(mark)
  }

  /// Leaves room for a length of unknown value; returns the mark for `closeLength`.
  public mutating func openLength() -> Int {
    append(0)
    return count
  }

  /// Writes the length of what was appended since `mark` in front of it.
  public mutating func closeLength(_ mark: Int) {
    let length = UInt64(count - mark)
    let width = ByteBuffer.varintByteCount(length)
    if width > 1 { insertZeros(width - 1, at: mark) }
    var rest = length
    for index in 0..<width {
      let isLast = index == width - 1
      replace(
        at: mark - 1 + index, with: UInt8(truncatingIfNeeded: rest & 0x7F) | (isLast ? 0 : 0x80))
      rest >>= 7
    }
  }
}
