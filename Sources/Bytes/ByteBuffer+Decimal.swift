extension ByteBuffer {
  /// Appends `number` in decimal digits.
  public mutating func appendDecimal(_ number: UInt64) {
    append(DecimalDigits(number).bytes)
  }
}
