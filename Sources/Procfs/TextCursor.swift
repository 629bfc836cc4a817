internal import Bytes

/// Reads words and numbers of a kernel's table, line by line, without copying.
///
/// Words are separated by blanks and tabs. Whatever the bytes are, a read ends inside them.
public struct TextCursor: ~Escapable {
  private let bytes: Span<UInt8>
  /// The offset of the next byte.
  public private(set) var offset: Int

  /// A cursor before the first byte.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    offset = 0
  }

  /// Whether all bytes have been read.
  public var isAtEnd: Bool { offset >= bytes.count }

  /// The offsets of the next word of this line; empty where the line has no more.
  public mutating func wordRange() -> Range<Int> {
    skipBlanks()
    let start = offset
    while offset < bytes.count, !TextCursor.isBlank(bytes[offset]), bytes[offset] != 0x0A {
      offset += 1
    }
    return start..<offset
  }

  /// The next word of this line; empty where the line has no more.
  @_lifetime(copy self)
  public mutating func word() -> Span<UInt8> {
    let range = wordRange()
    return bytes.extracting(range)
  }

  /// The next word as a decimal number; nil where there is none that fits.
  public mutating func number() -> UInt64? {
    word().decimal
  }

  /// Passes over `count` words of this line.
  public mutating func skipWords(_ count: Int) {
    for _ in 0..<count { _ = wordRange() }
  }

  /// Moves behind the next `byte` of this line; false, and to the line's end, where it has none.
  public mutating func skip(behind byte: UInt8) -> Bool {
    while offset < bytes.count, bytes[offset] != 0x0A {
      offset += 1
      if bytes[offset - 1] == byte { return true }
    }
    return false
  }

  /// The rest of this line without the blanks at its beginning.
  @_lifetime(copy self)
  public mutating func restOfLine() -> Span<UInt8> {
    skipBlanks()
    let start = offset
    while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
    return bytes.extracting(start..<offset)
  }

  /// Goes back or forth to `offset`, which is held within the bytes.
  public mutating func move(to offset: Int) {
    self.offset = min(max(0, offset), bytes.count)
  }

  /// The place of the last colon in `range`; nil where it has none.
  public func lastColon(of range: Range<Int>) -> Int? {
    var index = range.upperBound
    while index > range.lowerBound {
      index -= 1
      if bytes[index] == UInt8(ascii: ":") { return index }
    }
    return nil
  }

  /// Moves to the beginning of the next line; false where there is none.
  public mutating func nextLine() -> Bool {
    while offset < bytes.count {
      offset += 1
      if bytes[offset - 1] == 0x0A { return offset < bytes.count }
    }
    return false
  }

  private mutating func skipBlanks() {
    while offset < bytes.count, TextCursor.isBlank(bytes[offset]) { offset += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension Span where Element == UInt8 {
  /// The bytes read as one decimal number; nil where they are none that fits.
  public var decimal: UInt64? {
    guard !isEmpty else { return nil }
    var value: UInt64 = 0
    for index in indices {
      let digit = self[index] &- 0x30
      guard digit <= 9 else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
      guard !isTooLarge, !carries else { return nil }
      value = sum
    }
    return value
  }

  /// The bytes read as a number of digits with at most one point; nil where they are none.
  public var decimalFraction: Double? {
    var value = 0.0
    var scale = 0.0
    guard !isEmpty, count <= 32 else { return nil }
    for index in indices {
      if self[index] == 0x2E {
        guard scale == 0 else { return nil }
        scale = 1
        continue
      }
      let digit = self[index] &- 0x30
      guard digit <= 9 else { return nil }
      value = value * 10 + Double(digit)
      if scale > 0 { scale *= 10 }
    }
    return scale > 0 ? value / scale : value
  }

  /// Whether the first bytes are those of `text`.
  public func starts(with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return count >= length && extracting(0..<length).isEqual(to: text)
  }

  /// The bytes without blanks and line ends at either end.
  public var trimmed: Span<UInt8> {
    @_lifetime(copy self)
    get {
      var (first, last) = (0, count)
      while first < last, self[first] <= 0x20 { first += 1 }
      while last > first, self[last - 1] <= 0x20 { last -= 1 }
      return extracting(first..<last)
    }
  }
}
