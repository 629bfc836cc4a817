extension ByteBuffer {
  /// Appends `bytes` in base64 of the standard alphabet; `isPadded` says whether `=` fills the last group.
  public mutating func appendBase64(_ bytes: Span<UInt8>, isPadded: Bool = true) {
    reserve((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let group =
        UInt32(bytes[index]) << 16
        | UInt32(left > 1 ? bytes[index + 1] : 0) << 8
        | UInt32(left > 2 ? bytes[index + 2] : 0)
      append(Base64.letter(group >> 18))
      append(Base64.letter(group >> 12))
      if left > 1 { append(Base64.letter(group >> 6)) }
      if left > 2 { append(Base64.letter(group)) }
      if isPadded, left < 3 { append(left == 2 ? "=" : "==") }
      index += 3
    }
  }

  /// Appends the bytes that `text` stands for in base64, with padding or without.
  ///
  /// - Returns: Whether `text` is base64; else what has been appended is a part of it.
  public mutating func appendBytes(
    ofBase64 text: Span<UInt8>, _ alphabet: Base64.Alphabet = .standard
  ) -> Bool {
    var count = text.count
    if count.isMultiple(of: 4), count > 0, text[count - 1] == UInt8(ascii: "=") {
      count -= text[count - 2] == UInt8(ascii: "=") ? 2 : 1
    }
    let rest = count % 4
    // One letter alone holds six bits of the eight that a byte needs.
    guard rest != 1 else { return false }
    reserve(count / 4 * 3 + 2)
    var group: UInt32 = 0
    for index in 0..<count {
      let bits = Base64.bits(of: text[index], alphabet)
      guard bits < 64 else { return false }
      group = group << 6 | bits
      if index & 3 == 3 {
        append(UInt8(truncatingIfNeeded: group >> 16))
        append(UInt8(truncatingIfNeeded: group >> 8))
        append(UInt8(truncatingIfNeeded: group))
      }
    }
    if rest == 2 {
      append(UInt8(truncatingIfNeeded: group >> 4))
    } else if rest == 3 {
      append(UInt8(truncatingIfNeeded: group >> 10))
      append(UInt8(truncatingIfNeeded: group >> 2))
    }
    return true
  }
}

extension String {
  /// The bytes in base64 of the standard alphabet; `isPadded` says whether `=` fills the last group.
  public init(base64 bytes: Span<UInt8>, isPadded: Bool = true) {
    var text = ByteBuffer()
    text.appendBase64(bytes, isPadded: isPadded)
    self.init(copying: text.span)
  }
}
