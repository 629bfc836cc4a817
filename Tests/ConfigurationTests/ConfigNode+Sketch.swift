import Configuration

extension ConfigNode {
  /// The tree in one line, for comparing.
  var sketch: String {
    switch content {
    case .null: "null"
    case .bool(let value, _): "bool \(value)"
    case .int(let value, _): "int \(value)"
    case .double(let value, _): "double \(value)"
    case .string(let text): "text \(text)"
    case .bytes(let bytes, let text): "bytes \(bytes) \(text)"
    case .list(let items): "list [\(items.map(\.sketch).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \($0.value.sketch)" }.joined(separator: ", "))}"
    }
  }
}
