internal import Bytes

extension ByteBuffer {
  /// Appends a number in the fewest digits that give the same double; specials as proto3 has them.
  mutating func appendJSONNumber(_ value: Double) {
    // Below 2^53 every integer is itself, without a fraction and without an exponent.
    if value.magnitude < 9_007_199_254_740_992, value == value.rounded(.towardZero),
      value != 0 || value.sign == .plus
    {
      appendDecimal(Int64(value))
    } else {
      appendJSONNumber(value.description, isNaN: value.isNaN, isInfinite: value.isInfinite)
    }
  }

  /// Appends a number in the fewest digits that give the same float; specials as proto3 has them.
  mutating func appendJSONNumber(_ value: Float) {
    appendJSONNumber(value.description, isNaN: value.isNaN, isInfinite: value.isInfinite)
  }

  private mutating func appendJSONNumber(_ text: String, isNaN: Bool, isInfinite: Bool) {
    if isNaN {
      append("\"NaN\"" as StaticString)
    } else if isInfinite {
      append(
        text.utf8.first == UInt8(ascii: "-") ? "\"-Infinity\"" : "\"Infinity\"" as StaticString)
    } else {
      append(text)
      // Swift marks an integer by a fraction of zero, which says nothing but in minus zero.
      if text.hasSuffix(".0"), text != "-0.0" { truncate(to: count - 2) }
    }
  }

  /// Appends a JSON string; what is not UTF-8 becomes U+FFFD.
  mutating func appendJSONString(_ text: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    var start = 0
    var position = ASCIIWord.plainEnd(of: text, from: 0)
    while position < text.count {
      let byte = text[position]
      let width = byte < 0x80 ? 0 : UTF8Sequence.width(in: text, at: position)
      if width == 0 {
        append(text.extracting(start..<position))
        appendEscaped(byte)
        position += 1
        start = position
      } else {
        position += width
      }
      position = ASCIIWord.plainEnd(of: text, from: position)
    }
    append(text.extracting(start..<text.count))
    append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"" as StaticString)
    case UInt8(ascii: "\\"): append("\\\\" as StaticString)
    case 0x08: append("\\b" as StaticString)
    case 0x09: append("\\t" as StaticString)
    case 0x0A: append("\\n" as StaticString)
    case 0x0C: append("\\f" as StaticString)
    case 0x0D: append("\\r" as StaticString)
    case 0x80...: append("\u{FFFD}" as StaticString)
    default:
      append("\\u" as StaticString)
      appendHexadecimal(UInt64(byte), width: 4)
    }
  }
}
