extension UInt8 {
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let tab: UInt8 = 0x09
  static let colon: UInt8 = 0x3A

  /// Whether this may stand in a token (RFC 9110 section 5.6.2).
  @inline(__always)
  var isTokenCharacter: Bool {
    isMember(0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE)
  }

  /// Whether this may stand in a request target: visible ASCII without `"`, `#`, `<`, `>`, `\`,
  /// `^` and the backtick.
  ///
  /// RFC 3986 would also refuse `[`, `]`, `{`, `|` and `}`, which clients send unescaped in queries.
  @inline(__always)
  var isTargetCharacter: Bool {
    isMember(0xAFFF_FFF2_0000_0000, 0x7FFF_FFFE_AFFF_FFFF)
  }

  /// Whether this may stand in a host with its port (RFC 3986 section 3.2.2).
  @inline(__always)
  var isHostCharacter: Bool {
    isMember(0x2FFF_7FF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE)
  }

  /// Whether this may stand in a field value (RFC 9110 section 5.5).
  @inline(__always)
  var isFieldValueCharacter: Bool {
    (self >= 0x20 && self != 0x7F) || self == .tab
  }

  @inline(__always)
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  @inline(__always)
  var isSpaceOrTab: Bool { self == .space || self == .tab }

  /// One bit for each of the 128 ASCII characters.
  @inline(__always)
  private func isMember(_ low: UInt64, _ high: UInt64) -> Bool {
    guard self < 128 else { return false }
    return ((self < 64 ? low : high) &>> UInt64(self & 63)) & 1 != 0
  }
}

extension Span where Element == UInt8 {
  /// Whether all bytes pass `test`; true without bytes.
  @inline(__always)
  func allBytes(_ test: (UInt8) -> Bool) -> Bool {
    for index in indices where !test(self[index]) { return false }
    return true
  }

  /// Where the first `byte` at or behind `start` is.
  func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    var index = start
    while index < count {
      if self[index] == byte { return index }
      index &+= 1
    }
    return nil
  }

  /// The part of `range` without spaces and tabs around it.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start].isSpaceOrTab { start &+= 1 }
    while end > start, self[end &- 1].isSpaceOrTab { end &-= 1 }
    return start..<end
  }

  /// Whether the bytes are `text`, which is in lower case, whatever the case of ASCII letters.
  func isEqualIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for index in indices {
      let byte = self[index]
      let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      // `index` is below the count, which both have.
      if unsafe lower != text.utf8Start[index] { return false }
    }
    return true
  }

  /// Calls `body` with the range of each element of a comma-separated list, trimmed, also empty ones.
  func forEachListElement<E: Error>(_ body: (Range<Int>) throws(E) -> Void) throws(E) {
    var start = 0
    while true {
      let end = firstIndex(of: 0x2C, from: start) ?? count
      try body(trimmed(start..<end))
      guard end < count else { return }
      start = end + 1
    }
  }
}
