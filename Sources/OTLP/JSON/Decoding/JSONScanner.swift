/// Reads JSON (RFC 8259) token by token from borrowed bytes, strictly and without a tree.
///
/// Each `read` function expects the position at the value's first byte; `peek` moves there.
struct JSONScanner: ~Escapable {
  /// What a value's first byte says about it.
  enum Kind {
    case object, array, string, number, bool, null
  }

  /// The most objects and arrays within one another, as on the wire.
  static let maximumDepth = 100

  let bytes: Span<UInt8>
  var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
  }

  /// The byte at the position, or nil at the end.
  @inline(__always)
  var current: UInt8? {
    // The position is below the number of bytes.
    position < bytes.count ? unsafe bytes[unchecked: position] : nil
  }

  /// An error at the position: `reason`, or that the text ends here.
  func failure(_ reason: JSONError.Reason) -> JSONError {
    JSONError(position < bytes.count ? reason : .truncated, at: position)
  }

  @inline(__always)
  mutating func skipWhitespace() {
    while position < bytes.count {
      // The position is below the number of bytes.
      let byte = unsafe bytes[unchecked: position]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
        return
      }
      position &+= 1
    }
  }

  /// Moves behind white space and says what value follows.
  @inline(__always)
  mutating func peek() throws(JSONError) -> Kind {
    skipWhitespace()
    guard let byte = current else { throw JSONError(.truncated, at: position) }
    switch byte {
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    default: throw JSONError(.unexpectedByte, at: position)
    }
  }

  /// Moves behind white space and `byte`, which must follow.
  @inline(__always)
  mutating func expect(_ byte: UInt8) throws(JSONError) {
    skipWhitespace()
    guard current == byte else { throw failure(.unexpectedByte) }
    position &+= 1
  }

  /// Moves behind white space, and behind `byte` where it follows.
  @inline(__always)
  mutating func accept(_ byte: UInt8) -> Bool {
    skipWhitespace()
    guard current == byte else { return false }
    position &+= 1
    return true
  }

  /// Moves behind the separator of elements or the closing `end`; whether another element follows.
  @inline(__always)
  mutating func nextElement(_ end: UInt8) throws(JSONError) -> Bool {
    skipWhitespace()
    guard let byte = current else { throw JSONError(.truncated, at: position) }
    guard byte == UInt8(ascii: ",") || byte == end else {
      throw JSONError(.unexpectedByte, at: position)
    }
    position &+= 1
    return byte != end
  }

  /// Refuses a byte order mark at the beginning.
  func checkStart() throws(JSONError) {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw JSONError(.byteOrderMark, at: 0)
    }
  }

  /// Refuses anything but white space in what is left.
  mutating func checkEnd() throws(JSONError) {
    skipWhitespace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
  }

  mutating func readBool() throws(JSONError) -> Bool {
    if current == UInt8(ascii: "t") {
      try readWord("true")
      return true
    }
    try readWord("false")
    return false
  }

  mutating func readNull() throws(JSONError) {
    try readWord("null")
  }

  private mutating func readWord(_ word: StaticString) throws(JSONError) {
    for index in 0..<word.utf8CodeUnitCount {
      // The index is below the word's number of bytes.
      let wanted = unsafe word.utf8Start[index]
      guard current == wanted else { throw failure(.unexpectedByte) }
      position += 1
    }
  }

  /// Moves behind a value of any shape, which must be well-formed.
  mutating func skipValue(depth: Int) throws(JSONError) {
    switch try peek() {
    case .string: _ = try scanString()
    case .number: _ = try scanNumber()
    case .bool: _ = try readBool()
    case .null: try readNull()
    case .object: try skipObject(depth: depth)
    case .array: try skipArray(depth: depth)
    }
  }

  private mutating func skipObject(depth: Int) throws(JSONError) {
    guard depth < JSONScanner.maximumDepth else { throw failure(.nestedTooDeep) }
    position += 1
    if accept(UInt8(ascii: "}")) { return }
    repeat {
      _ = try readKey()
      try skipValue(depth: depth + 1)
    } while try nextElement(UInt8(ascii: "}"))
  }

  private mutating func skipArray(depth: Int) throws(JSONError) {
    guard depth < JSONScanner.maximumDepth else { throw failure(.nestedTooDeep) }
    position += 1
    if accept(UInt8(ascii: "]")) { return }
    repeat { try skipValue(depth: depth + 1) } while try nextElement(UInt8(ascii: "]"))
  }

  /// Reads a key and the colon behind it.
  @inline(__always)
  mutating func readKey() throws(JSONError) -> JSONString {
    skipWhitespace()
    guard current == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
    let key = try scanString()
    try expect(UInt8(ascii: ":"))
    return key
  }
}
