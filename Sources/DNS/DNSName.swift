public import Bytes

/// Names in DNS messages; RFC 1035, section 4.1.4.
public enum DNSName {
  /// The most bytes that a name has in a message, compression undone.
  public static let byteLimit = 255

  /// The most references that a name may follow: each is there for at least one label.
  static let referenceLimit = byteLimit / 2

  /// The most bytes that `append(from:at:to:)` writes: each byte can take four.
  public static let textLimit = 4 * byteLimit

  /// Appends the text of the name at `offset`: lower case, labels joined by dots, without a last dot.
  ///
  /// The root is a single dot. Bytes that could be mistaken, such as a dot in a label, and those that
  /// are no printable ASCII are written as a backslash and three digits. Time is bounded: a name may
  /// refer only to what is before it.
  ///
  /// - Returns: The offset behind the name.
  /// - Throws: What is wrong with the name; what has been appended then is a part of it.
  public static func append(
    from message: Span<UInt8>, at offset: Int, to text: inout ByteBuffer
  ) throws(DNSError) -> Int {
    let start = text.count
    let end = try walk(message, at: offset) { label in
      if text.count > start { text.append(UInt8(ascii: ".")) }
      for index in label.indices { text.appendNameByte(label[index]) }
    }
    if text.count == start { text.append(UInt8(ascii: ".")) }
    return end
  }

  /// Steps over the name at `offset`; a reference in it is not followed.
  ///
  /// - Returns: The offset behind the name.
  public static func skip(_ message: Span<UInt8>, at offset: Int) throws(DNSError) -> Int {
    var walk = DNSNameWalk(at: offset)
    while true {
      switch try walk.step(message) {
      case .label: continue
      case .reference(let end), .end(let end): return end
      }
    }
  }

  /// Hands each label of the name at `offset` to `take`.
  private static func walk(
    _ message: Span<UInt8>, at offset: Int, _ take: (Span<UInt8>) -> Void
  ) throws(DNSError) -> Int {
    var walk = DNSNameWalk(at: offset)
    var end: Int?
    while true {
      switch try walk.step(message) {
      case .label(let range): take(message.extracting(range))
      case .reference(let next): end = end ?? next
      case .end(let next): return end ?? next
      }
    }
  }
}

extension ByteBuffer {
  /// Appends one byte of a label.
  mutating func appendNameByte(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): append(byte + 0x20)
    case UInt8(ascii: "."), UInt8(ascii: "\\"), 0...0x20, 0x7F...0xFF: appendEscaped(byte)
    default: append(byte)
    }
  }

  /// Appends a backslash and the byte's number in three digits; RFC 1035, section 5.1.
  mutating func appendEscaped(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    append(UInt8(ascii: "0") + byte / 100)
    append(UInt8(ascii: "0") + byte / 10 % 10)
    append(UInt8(ascii: "0") + byte % 10)
  }
}
