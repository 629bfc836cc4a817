extension ConfigNode {
  /// What the value is, in words for messages; never the value itself.
  public var kind: String {
    switch content {
    case .null: "nothing"
    case .bool(let value, _): "\(value)"
    case .int: "a whole number"
    case .double: "a number"
    case .string(let text): text.isEmpty ? "an empty text" : "text"
    case .bytes: "bytes"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The value in words for messages about an option that is no secret.
  ///
  /// A short scalar as it is written in the source; what came out of a reference is not shown, for it
  /// may be a secret that was put in the wrong place.
  var shown: String {
    guard original == nil else { return kind }
    switch content {
    case .bool(_, let text), .int(_, let text), .double(_, let text): return text
    case .string(let text) where 1...40 ~= text.utf8.count: return "\"\(text)\""
    default: return kind
    }
  }

  /// The text of a scalar as written; nil for null, bytes, lists and mappings unless a reference made them.
  public var text: String? {
    if let original { return original }
    switch content {
    case .string(let text), .bool(_, let text), .int(_, let text), .double(_, let text):
      return text
    case .null, .bytes, .list, .mapping: return nil
    }
  }

  /// Whether there is no value.
  var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The same place with another content.
  func with(_ content: Content) -> ConfigNode {
    var node = self
    node.content = content
    return node
  }
}
