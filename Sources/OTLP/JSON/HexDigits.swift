internal import Bytes

/// Bytes as text of hex digits, as OTLP/JSON writes trace and span ids.
enum HexDigits {
  /// The value of a hex digit, or 255 where `byte` is none.
  @inline(__always)
  static func value(of byte: UInt8) -> UInt8 {
    let digit = byte &- UInt8(ascii: "0")
    if digit < 10 { return digit }
    let letter = (byte | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? letter &+ 10 : 255
  }

  /// Appends the bytes that the digits stand for; false where they are none or odd in number.
  static func decode(_ digits: Span<UInt8>, into buffer: inout ByteBuffer) -> Bool {
    guard digits.count.isMultiple(of: 2) else { return false }
    buffer.reserve(digits.count / 2)
    var index = 0
    while index < digits.count {
      let high = value(of: digits[index])
      let low = value(of: digits[index + 1])
      guard high | low < 16 else { return false }
      buffer.append(high << 4 | low)
      index += 2
    }
    return true
  }

  /// Appends two lower-case digits for each byte.
  static func encode(_ bytes: Span<UInt8>, into buffer: inout ByteBuffer) {
    buffer.reserve(bytes.count * 2)
    for index in bytes.indices {
      let byte = bytes[index]
      buffer.append(digit(byte >> 4))
      buffer.append(digit(byte & 15))
    }
  }

  /// The lower-case digit for a value below 16.
  @inline(__always)
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &- 10 &+ value
  }
}
