/// A pattern's text as RE2 reads it: groups may be named `(?<name>...)` too.
struct PatternSyntax {
  /// The pattern for RE2, in UTF-8.
  private(set) var bytes: [UInt8] = []
  /// The offsets in `bytes` of what is not in the text as written.
  private var inserted: [Int] = []

  init(_ text: String) {
    let source = Array(text.utf8)
    var isInClass = false
    var isQuoted = false
    var index = 0
    while index < source.count {
      let byte = source[index]
      bytes.append(byte)
      index += 1
      if byte == UInt8(ascii: "\\"), index < source.count {
        if source[index] == UInt8(ascii: "Q") { isQuoted = true }
        if source[index] == UInt8(ascii: "E") { isQuoted = false }
        bytes.append(source[index])
        index += 1
      } else if isQuoted {
        continue
      } else if isInClass {
        isInClass = byte != UInt8(ascii: "]")
      } else if byte == UInt8(ascii: "[") {
        isInClass = true
        // A bracket that closes at once stands for itself, be it behind a caret.
        for literal in [UInt8(ascii: "^"), UInt8(ascii: "]")]
        where index < source.count && source[index] == literal {
          bytes.append(literal)
          index += 1
        }
      } else if byte == UInt8(ascii: "("), PatternSyntax.beginsName(source, at: index) {
        bytes.append(UInt8(ascii: "?"))
        inserted.append(bytes.count)
        bytes.append(UInt8(ascii: "P"))
        index += 1
      }
    }
  }

  /// Whether `?<` follows with the beginning of a name, and not a look-behind.
  private static func beginsName(_ source: [UInt8], at index: Int) -> Bool {
    guard index + 2 < source.count, source[index] == UInt8(ascii: "?"),
      source[index + 1] == UInt8(ascii: "<")
    else { return false }
    return source[index + 2] != UInt8(ascii: "=") && source[index + 2] != UInt8(ascii: "!")
  }

  /// The character, from 1, at which `piece` first stands in the text as written; nil where it does not
  /// stand there or is all of it.
  func column(of piece: [UInt8]) -> Int? {
    guard !piece.isEmpty, piece.count < bytes.count else { return nil }
    for start in 0...(bytes.count - piece.count)
    where bytes[start..<start + piece.count].elementsEqual(piece) {
      let before = bytes[..<start].count { $0 & 0xC0 != 0x80 }
      return before - inserted.count { $0 < start } + 1
    }
    return nil
  }
}
