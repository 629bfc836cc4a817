/// Writes trees as JSON.
enum JSONText {
  /// The tree in one line.
  static func text(of node: ConfigNode) -> String {
    switch node.content {
    case .null: "null"
    case .bool(let value, _): value ? "true" : "false"
    case .int(let value, _): String(value)
    case .double(let value, let text): value.isFinite ? "\(value)" : quoted(text)
    case .string(let text), .bytes(_, let text): quoted(text)
    case .list(let items): "[" + items.map { text(of: $0) }.joined(separator: ",") + "]"
    case .mapping(let entries):
      "{" + entries.map { quoted($0.key) + ":" + text(of: $0.value) }.joined(separator: ",") + "}"
    }
  }

  /// The text as a JSON string.
  static func quoted(_ text: String) -> String {
    "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x22: return "\\\""
    case 0x5c: return "\\\\"
    case 0x0a: return "\\n"
    case 0x09: return "\\t"
    case 0x0d: return "\\r"
    case 0..<0x20, 0x7f:
      return "\\u" + YAMLText.hex(scalar.value, digits: 4)
    default: return String(scalar)
    }
  }
}
