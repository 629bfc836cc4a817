internal import Bytes
internal import Glibc

/// What fields are made of.
extension RecordPen {
  /// Writes a text; what is not UTF-8 in it becomes U+FFFD.
  mutating func put(text: Span<UInt8>) {
    if text.isPlain { return put(text) }
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
    var rest = number
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = 20
    repeat {
      let next = rest / 10
      first -= 1
      digits[first] = UInt8(truncatingIfNeeded: rest &- next &* 10) | 0x30
      rest = next
    } while rest > 0
    put(digits.span.extracting(first..<20))
  }
}

extension UInt64 {
  /// How many decimal digits the number has.
  @inline(__always)
  var digitCount: Int {
    var (count, rest) = (1, self / 10)
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes are UTF-8, as nearly all texts are.
  @inline(__always)
  var isPlain: Bool { isASCII || (try? UTF8Span(validating: self)) != nil }

  /// Whether all bytes are below 128.
  @inline(__always)
  var isASCII: Bool {
    // Eight at a time: byte by byte it takes as long as all else about a path.
    var all: UInt64 = 0
    var index = 0
    while index + 8 <= count {
      // Within the span by the loop's condition.
      all |= unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < count {
      all |= UInt64(self[index])
      index += 1
    }
    return all & 0x8080_8080_8080_8080 == 0
  }

  /// The index of the first zero from `start` on, or the number of bytes.
  func firstZero(from start: Int) -> Int {
    var index = start
    while index < count, self[index] != 0 { index += 1 }
    return index
  }
}
