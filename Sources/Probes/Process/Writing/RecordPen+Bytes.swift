internal import Bytes

/// What fields are made of.
extension RecordPen {
  /// Writes a text; what is not UTF-8 in it becomes U+FFFD.
  mutating func put(text: Span<UInt8>) {
    if text.isUTF8 { return put(text) }
    put(String(copying: text).utf8Span.span)
  }

  /// Writes arguments, each ended by a zero, with spaces between them; what is not UTF-8 becomes U+FFFD.
  mutating func put(line arguments: Span<UInt8>) {
    var end = arguments.count
    if end > 0, arguments[end - 1] == 0 { end -= 1 }
    let before = count
    put(text: arguments.extracting(0..<end))
    replaceZeros(from: before, with: UInt8(ascii: " "))
  }

  /// Writes a number in decimal digits.
  @inline(__always)
  mutating func put(decimal number: UInt64) {
    put(DecimalDigits(number).bytes)
  }
}
