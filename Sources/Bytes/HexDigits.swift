/// The digits of hexadecimal numbers.
public enum HexDigits {
  /// The digit in lower case of a value below 16.
  @inline(__always)
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &- 10 &+ value
  }

  // Inlinable: readers of text ask for each byte.
  /// The value of a digit in either case; nil where `byte` is none.
  @inlinable @inline(__always)
  public static func value(of byte: UInt8) -> UInt8? {
    let digit = byte &- UInt8(ascii: "0")
    if digit < 10 { return digit }
    let letter = (byte | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? letter &+ 10 : nil
  }
}

extension UInt64 {
  // Inlinable: a few instructions for each number in a record.
  /// How many hexadecimal digits the number has, one at least.
  @inlinable public var hexadecimalDigitCount: Int {
    @inline(__always)
    get { (63 - (self | 1).leadingZeroBitCount) / 4 + 1 }
  }
}
