public import Bytes

extension RecordPen {
  // Inlinable: see RecordPen.overhead.
  /// Gives the record an attribute with two numbers in hexadecimal digits, without leading zeros and with a hyphen between them.
  @inlinable @inline(__always)
  public mutating func attribute(
    _ key: StaticString, hexadecimal first: UInt64, _ second: UInt64
  ) {
    let firstCount = first.hexadecimalDigitCount
    let secondCount = second.hexadecimalDigitCount
    open(key, textByteCount: firstCount + 1 + secondCount)
    // Sixteen digits are stored of each, those behind its last are overwritten or lie behind the text.
    need(firstCount + 1 + 16)
    storeSixteenDigits(first, count: firstCount)
    store(UInt8(ascii: "-"))
    storeSixteenDigits(second, count: secondCount)
  }

  // Inlinable: see RecordPen.overhead.
  /// Stores the last `count` digits, and others behind them, where `need` made sure of room for sixteen.
  @inlinable @inline(__always)
  mutating func storeSixteenDigits(_ number: UInt64, count: Int) {
    let aligned = number << UInt64(64 - 4 * count)
    let room = unsafe UnsafeMutableRawPointer(at)
    // Two words of eight bytes: the caller's `need` made sure of their room.
    unsafe room.storeBytes(
      of: RecordPen.eightDigits(aligned >> 32).bigEndian, as: UInt64.self)
    unsafe room.storeBytes(
      of: RecordPen.eightDigits(aligned & 0xffff_ffff).bigEndian, toByteOffset: 8, as: UInt64.self)
    // No further than what was stored.
    unsafe at += count
  }

  // Inlinable: see RecordPen.overhead.
  /// The eight digits of a number below 2^32, the first one in the highest byte: all of them at once, as a loop over
  /// them takes 25 ns for the two numbers.
  @inlinable @inline(__always)
  static func eightDigits(_ number: UInt64) -> UInt64 {
    // Each half of four bits into a byte of its own.
    var digits = (number | number << 16) & 0x0000_ffff_0000_ffff
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
    digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f
    // One in each byte whose digit is a letter: 6 more than ten overflow into the fifth bit.
    let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return digits &+ 0x3030_3030_3030_3030 &+ letters &* UInt64(UInt8(ascii: "a") - 10 - 0x30)
  }
}
