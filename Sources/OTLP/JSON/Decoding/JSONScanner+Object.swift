extension JSONScanner {
  /// Reads an object; `body` must read the value of each key, which is not null.
  mutating func readObject(
    _ body: (_ key: JSONString, _ scanner: inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard try peek() == .object else { throw JSONError(.expectedObject, at: position) }
    position += 1
    if accept(UInt8(ascii: "}")) { return }
    repeat {
      let key = try readKey()
      if try peek() == .null {
        try readNull()
      } else {
        try body(key, &self)
      }
    } while try nextElement(UInt8(ascii: "}"))
  }

  /// Reads an array; `body` must read each element.
  mutating func readArray(
    _ body: (_ scanner: inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard try peek() == .array else { throw JSONError(.expectedArray, at: position) }
    position += 1
    if accept(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while try nextElement(UInt8(ascii: "]"))
  }

  /// Reads a string as text.
  mutating func readText() throws(JSONError) -> String {
    guard try peek() == .string else { throw JSONError(.expectedString, at: position) }
    let string = try scanString()
    return text(string)
  }
}
