/// Tests on eight bytes at a time.
enum ASCIIWord {
  /// The high bit of each byte of `word` that is not printable ASCII or is `"` or a backslash.
  ///
  /// Bits behind the first that is set may be wrong; the first one is exact.
  @inline(__always)
  static func special(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5C)
    let controls = word &- (ones &* 0x20)
    return (word | controls | (quotes &- ones) | (slashes &- ones)) & highs
  }

  /// The first position at or behind `start` that `special` would mark, or the end.
  @inline(__always)
  static func plainEnd(of bytes: Span<UInt8>, from start: Int) -> Int {
    // Raw loads stay below the number of bytes, which the loop checks.
    let raw = unsafe bytes.bytes
    var position = start
    while position &+ 8 <= bytes.count {
      // Eight bytes are left.
      let word = unsafe raw.unsafeLoadUnaligned(
        fromUncheckedByteOffset: position, as: UInt64.self)
      let special = special(UInt64(littleEndian: word))
      guard special == 0 else { return position &+ special.trailingZeroBitCount >> 3 }
      position &+= 8
    }
    while position < bytes.count {
      // The position is below the number of bytes.
      let byte = unsafe bytes[unchecked: position]
      guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
      else { break }
      position &+= 1
    }
    return position
  }
}
