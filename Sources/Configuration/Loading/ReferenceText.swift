/// A text with `${...}` references, taken apart.
struct ReferenceText {
  /// A piece of the text.
  indirect enum Part {
    /// Text as it is meant, `$$` being `$` already.
    case literal(String)
    /// What stands between `${` and `}`.
    case reference([Part])
  }

  /// References inside one another at most.
  static let depth = 100

  /// The pieces in order.
  let parts: [Part]

  /// The pieces of `text`; nil where references are nested too deeply.
  ///
  /// A `}` closes the innermost open `${`; a `${` that nothing closes is text.
  init?(_ text: String) {
    var stack: [[Part]] = [[]]
    var literal: [UInt8] = []
    func flush() {
      guard !literal.isEmpty else { return }
      stack[stack.count - 1].append(.literal(String(decoding: literal, as: UTF8.self)))
      literal = []
    }
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      index += 1
      switch (byte, next) {
      case (UInt8(ascii: "$"), UInt8(ascii: "$")):
        literal.append(byte)
        index += 1
      case (UInt8(ascii: "$"), UInt8(ascii: "{")):
        flush()
        stack.append([])
        index += 1
        guard stack.count <= ReferenceText.depth else { return nil }
      case (UInt8(ascii: "}"), _) where stack.count > 1:
        flush()
        let body = stack.removeLast()
        stack[stack.count - 1].append(.reference(body))
      default: literal.append(byte)
      }
    }
    flush()
    while stack.count > 1 {
      let open = stack.removeLast()
      stack[stack.count - 1] += [.literal("${")] + open
    }
    parts = stack[0]
  }
}
