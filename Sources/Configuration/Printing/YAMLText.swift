/// Writes trees as block YAML.
enum YAMLText {
  /// The lines of the tree.
  static func lines(of node: ConfigNode) -> [String] {
    switch node.content {
    case .list(let items) where !items.isEmpty: return items.flatMap(item)
    case .mapping(let entries) where !entries.isEmpty: return entries.flatMap(entry)
    default: return [scalar(node)]
    }
  }

  private static func item(_ node: ConfigNode) -> [String] {
    lines(of: node).enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
  }

  private static func entry(_ entry: ConfigNode.Entry) -> [String] {
    let key = quoted(entry.key)
    // libyaml takes keys of at most 1024 characters on the line of their colon.
    let head = key.utf8.count > 1000 ? ["? \(key)", ":"] : ["\(key):"]
    switch entry.value.content {
    case .list(let items) where !items.isEmpty: break
    case .mapping(let entries) where !entries.isEmpty: break
    default: return head.dropLast() + [(head.last ?? "") + " " + scalar(entry.value)]
    }
    return head + lines(of: entry.value).map { "  " + $0 }
  }

  private static func scalar(_ node: ConfigNode) -> String {
    switch node.content {
    case .null: return "null"
    case .bool(_, let text), .int(_, let text): return text
    case .double(_, let text):
      if case .double = YAMLScalar.resolve(text) { return text }
      return "!!float \(text)"
    case .string(let text): return quoted(text)
    case .bytes(_, let text): return "!!binary \"\(text)\""
    case .list: return "[]"
    case .mapping: return "{}"
    }
  }

  /// The text in quotes unless it reads back as itself without.
  static func quoted(_ text: String) -> String {
    isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func isPlain(_ text: String) -> Bool {
    guard case .string = YAMLScalar.resolve(text), let first = text.utf8.first,
      let last = text.utf8.last,
      ConfigName.isLetter(first) || ConfigName.isDigit(first)
        || first == UInt8(ascii: "_") || first == UInt8(ascii: "/") || first == UInt8(ascii: "."),
      last != UInt8(ascii: ":"), last != UInt8(ascii: " "), text.utf8.count < 1000,
      !text.hasPrefix("...")
    else { return false }
    var previous = first
    for byte in text.utf8 {
      let isSafe =
        ConfigName.isLetter(byte) || ConfigName.isDigit(byte) || "_-./:@+ ".utf8.contains(byte)
      let isSeparator = byte == UInt8(ascii: " ") && previous == UInt8(ascii: ":")
      guard isSafe, !isSeparator else { return false }
      previous = byte
    }
    return true
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x22: "\\\""
    case 0x5c: "\\\\"
    case 0x0a: "\\n"
    case 0x09: "\\t"
    case 0x0d: "\\r"
    case 0..<0x20, 0x7f...0xa0: "\\x" + hex(scalar.value, digits: 2)
    case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: "\\u" + hex(scalar.value, digits: 4)
    default: String(scalar)
    }
  }

  /// The number in lower-case hexadecimal digits, with zeroes before them.
  static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
