internal import Bytes

extension JSONScanner {
  /// Reads a string from its opening to its closing quotation mark.
  ///
  /// The text is valid UTF-8 without bare control characters; its escapes are checked too.
  @inline(__always)
  mutating func scanString() throws(JSONError) -> JSONString {
    let start = position &+ 1
    position = ASCIIWord.plainEnd(of: bytes, from: start)
    if current == UInt8(ascii: "\"") {
      position &+= 1
      // The closing mark lies behind the start.
      return JSONString(
        range: unsafe Range(uncheckedBounds: (start, position &- 1)), hasEscapes: false)
    }
    return try scanRestOfString(from: start)
  }

  private mutating func scanRestOfString(from start: Int) throws(JSONError) -> JSONString {
    var hasEscapes = false
    while true {
      guard let byte = current else { throw JSONError(.truncated, at: position) }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return JSONString(range: start..<position - 1, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        _ = try readEscape()
      case 0..<0x20:
        throw JSONError(.controlCharacter, at: position)
      default:
        let width = UTF8Sequence.width(in: bytes, at: position)
        guard width > 0 else { throw JSONError(.invalidUTF8, at: position) }
        position += width
      }
      position = ASCIIWord.plainEnd(of: bytes, from: position)
    }
  }

  /// Reads an escape, at its backslash, and returns the character it stands for.
  private mutating func readEscape() throws(JSONError) -> UInt32 {
    let start = position
    position += 1
    guard let letter = current else { throw JSONError(.truncated, at: position) }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(letter)
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"): break
    default: throw JSONError(.badEscape, at: start)
    }
    let high = try readFourHexDigits()
    guard (0xD800...0xDFFF).contains(high) else { return high }
    guard high < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw JSONError(.loneSurrogate, at: start) }
    position += 2
    let low = try readFourHexDigits()
    guard (0xDC00...0xDFFF).contains(low) else { throw JSONError(.loneSurrogate, at: start) }
    return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
  }

  private mutating func readFourHexDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current else { throw JSONError(.truncated, at: position) }
      guard let digit = HexDigits.value(of: byte) else {
        throw JSONError(.badEscape, at: position)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Appends the content of a string that `scanString` found, with its escapes resolved.
  @inline(__always)
  func append(_ string: JSONString, to buffer: inout ByteBuffer) {
    guard string.hasEscapes else {
      buffer.append(bytes.extracting(string.range))
      return
    }
    appendUnescaped(string, to: &buffer)
  }

  private func appendUnescaped(_ string: JSONString, to buffer: inout ByteBuffer) {
    var scanner = JSONScanner(bytes)
    scanner.position = string.range.lowerBound
    while scanner.position < string.range.upperBound {
      let start = scanner.position
      while scanner.position < string.range.upperBound,
        bytes[scanner.position] != UInt8(ascii: "\\")
      {
        scanner.position += 1
      }
      buffer.append(bytes.extracting(start..<scanner.position))
      // `scanString` has checked every escape of the string, so none fails here.
      if scanner.position < string.range.upperBound, let scalar = try? scanner.readEscape() {
        UTF8Sequence.append(scalar, to: &buffer)
      }
    }
  }

  /// The content of a string as text.
  func text(_ string: JSONString) -> String {
    var buffer = ByteBuffer(minimumCapacity: string.range.count)
    append(string, to: &buffer)
    return String(copying: buffer.span)
  }

  /// Whether a string's content is `text`; a string with escapes is compared with them resolved.
  func matches(_ string: JSONString, _ text: StaticString) -> Bool {
    if string.hasEscapes {
      var buffer = ByteBuffer()
      append(string, to: &buffer)
      return buffer.span.isEqual(to: text)
    }
    return bytes.extracting(string.range).isEqual(to: text)
  }
}
