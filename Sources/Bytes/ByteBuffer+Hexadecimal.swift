extension ByteBuffer {
  /// Appends `number` in hexadecimal digits in lower case, behind zeros where it has fewer than `width`.
  public mutating func appendHexadecimal(_ number: UInt64, width: Int = 1) {
    var shift = 4 * max(1, width, (67 - number.leadingZeroBitCount) / 4)
    while shift > 0 {
      shift -= 4
      append(HexDigits.digit(UInt8(truncatingIfNeeded: number >> shift) & 15))
    }
  }

  /// Appends two hexadecimal digits in lower case for each of `bytes`.
  public mutating func appendHexadecimal(_ bytes: Span<UInt8>) {
    reserve(bytes.count * 2)
    for index in bytes.indices {
      append(HexDigits.digit(bytes[index] >> 4))
      append(HexDigits.digit(bytes[index] & 15))
    }
  }

  /// Appends the bytes that pairs of hexadecimal digits stand for.
  ///
  /// - Returns: Whether `digits` are digits and even in number; else what has been appended is a part of them.
  public mutating func appendBytes(ofHexadecimal digits: Span<UInt8>) -> Bool {
    guard digits.count.isMultiple(of: 2) else { return false }
    reserve(digits.count / 2)
    var index = 0
    while index < digits.count {
      guard let high = HexDigits.value(of: digits[index]),
        let low = HexDigits.value(of: digits[index + 1])
      else { return false }
      append(high << 4 | low)
      index += 2
    }
    return true
  }
}
