extension ByteBuffer {
  /// Appends `number` in decimal digits.
  public mutating func appendDecimal(_ number: UInt64) {
    append(DecimalDigits(number).bytes)
  }

  /// Appends `number` in decimal digits, behind a minus sign where it is negative.
  public mutating func appendDecimal(_ number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(number.magnitude)
  }
}
