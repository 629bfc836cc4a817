/// Records that are copies of another one, in which some numbers are then replaced.
extension RecordPen {
  // Inlinable: see overhead.
  /// The bytes that `fill` stores.
  @inlinable public static var wordByteCount: Int { 8 }

  // Inlinable: see overhead.
  /// Stores eight bytes, the lowest first, at `offset` from where the room begins.
  ///
  /// Not checked, as a record has twenty of them: `needFilling` is to be asked once for the largest offset.
  @unsafe @inlinable @inline(__always)
  public mutating func fill(unchecked offset: UInt32, with word: UInt64) {
    // Within the room, of which the caller has made sure.
    unsafe UnsafeMutableRawPointer(start).storeBytes(
      of: word.littleEndian, toByteOffset: Int(offset), as: UInt64.self)
  }

  // Inlinable: see overhead.
  /// Traps where the eight bytes at `offset` are not in the room.
  @inlinable @inline(__always)
  public func needFilling(at offset: Int) {
    // Two places of one room.
    let roomByteCount = unsafe limit - start
    precondition(
      offset >= 0 && offset + RecordPen.wordByteCount <= roomByteCount, "a blank outside the record"
    )
  }

  // Inlinable: see overhead.
  /// The eight digits of a number below 2^32 in hexadecimal, the first one in the lowest byte.
  @inlinable @inline(__always)
  public static func hexadecimalWord(_ number: UInt64) -> UInt64 {
    eightDigits(number).byteSwapped
  }
}
