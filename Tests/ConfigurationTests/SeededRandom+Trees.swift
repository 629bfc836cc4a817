import Configuration
import TestSupport

extension SeededRandom {
  private static let place = ConfigLocation(source: "t", line: 1, column: 1)
  private static let texts = [
    "", "x", "true", "0123", "a b", " a", "a ", "a: b", "a:", "# c", "- x", "-", "?", "<<", "~",
    "null", "1.5", "line\nbreak", "tab\there", "\"q\"", "'q'", "{a}", "[b]", "\u{e4}\u{1F600}",
    "%x", "@y", "`z", "!t", "&a", "*b", "|", ">", "---", "...", "host:4317", "\u{1}\u{7f}\u{85}",
    "\u{2028}\u{FEFF}\u{FFFE}", "a  b", "\r", "a #b", "${X}", "1_000", "1:30", "yes",
    String(repeating: "k", count: 1500),
  ]

  mutating func node(depth: Int) -> ConfigNode {
    let text = Self.texts.randomElement(using: &self) ?? ""
    let kind = Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &self)
    let content: ConfigNode.Content
    switch kind {
    case 0: content = .null
    case 1: content = .bool(true, text: "True")
    case 2: content = .int(83, text: "0123")
    case 3: content = .double(1, text: "1")
    case 4: content = .string(text)
    case 5: content = .bytes([104, 105], text: "aGk=")
    case 6:
      content = .list((0..<Int.random(in: 0...3, using: &self)).map { _ in node(depth: depth - 1) })
    default:
      let keys = Set(
        (0..<Int.random(in: 0...3, using: &self)).map { _ in
          Self.texts.randomElement(using: &self) ?? ""
        })
      content = .mapping(
        keys.sorted().map { .init(key: $0, keyLocation: Self.place, value: node(depth: depth - 1)) }
      )
    }
    return ConfigNode(content, at: Self.place)
  }
}
