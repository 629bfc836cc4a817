/// Records that are copies of another one, in which some numbers are then replaced.
extension RecordPen {
  // Inlinable: see overhead.
  /// The bytes that `fill` stores.
  @inlinable public static var wordByteCount: Int { 8 }

  // Inlinable: see overhead.
  /// Stores eight bytes, the lowest first, at `offset` from where the room begins.
  ///
  /// What lies behind what was written may be filled too; it is written later.
  @inlinable @inline(__always)
  public mutating func fill(at offset: UInt32, with word: UInt64) {
    // Two places of one room.
    let roomByteCount = unsafe limit - start
    let offset = Int(offset)
    precondition(offset + RecordPen.wordByteCount <= roomByteCount, "a blank outside the record")
    // Within the room, as was just checked.
    unsafe UnsafeMutableRawPointer(start).storeBytes(
      of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
  }

  // Inlinable: see overhead.
  /// The eight digits of a number below 2^32 in hexadecimal, the first one in the lowest byte.
  @inlinable @inline(__always)
  public static func hexadecimalWord(_ number: UInt64) -> UInt64 {
    eightDigits(number).byteSwapped
  }
}
