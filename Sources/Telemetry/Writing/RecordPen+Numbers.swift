public import Bytes

extension RecordPen {
  // Inlinable: see RecordPen.overhead.
  /// Gives the record an attribute with a whole number.
  ///
  /// The same bytes as for an `Int64`, in two stores beside the key and without a loop where the number is below 2^28, for
  /// records of a dozen numbers.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, number value: UInt64) {
    guard value < 1 << 28 else { return attribute(key, Int64(bitPattern: value)) }
    let keyCount = key.utf8CodeUnitCount
    precondition(keyCount <= 112, "an attribute's key is too long")
    need(keyCount + RecordPen.overhead)
    let width = ByteBuffer.varintByteCount(value)
    let length = UInt32(truncatingIfNeeded: 5 + keyCount + width)
    let keyHead = UInt32(truncatingIfNeeded: keyCount) << 24 | (1 << 3 | 2) << 16
    // Four bytes for which `need` made sure of the room, as it did for eight below.
    unsafe UnsafeMutableRawPointer(at).storeBytes(
      of: (keyHead | length << 8 | (6 << 3 | 2)).littleEndian, as: UInt32.self)
    unsafe at += 4
    store(key)
    let valueHead = (3 << 3) << 16 | UInt64(truncatingIfNeeded: 1 + width) << 8 | (2 << 3 | 2)
    unsafe UnsafeMutableRawPointer(at).storeBytes(
      of: (valueHead | RecordPen.varint(value, width) << 24).littleEndian, as: UInt64.self)
    unsafe at += 3 + width
  }

  // Inlinable: see RecordPen.overhead.
  /// The bytes of a number below 2^28 as a varint of `width` bytes, the first one lowest.
  @inlinable @inline(__always)
  static func varint(_ value: UInt64, _ width: Int) -> UInt64 {
    // Seven bits into each byte, and a mark on all bytes but the last.
    let spread =
      value & 0x7f | (value & 0x3f80) << 1 | (value & 0x1f_c000) << 2 | (value & 0xfe0_0000) << 3
    let marks: UInt64 = 0x80_8080 & ((1 << UInt64(8 * (width - 1))) - 1)
    return spread | marks
  }
}
