/// What a reference brought.
struct FoundValue {
  /// The text as found.
  let text: String
  /// The name of its source in locations.
  let label: String
  /// Whether references in it are replaced already.
  let isFinal: Bool
}

/// The inside of a `${...}`: what it names, and its default.
struct ReferenceBody {
  /// The scheme and name or path.
  let head: [ReferenceText.Part]
  /// What stands after `:-` of an environment variable.
  let fallback: [ReferenceText.Part]?

  /// Splits `parts` at the first `:-` unless they name a file or hold YAML.
  init(_ parts: [ReferenceText.Part]) {
    if case .literal(let first)? = parts.first, !ReferenceBody.isVariable(first) {
      (head, fallback) = (parts, nil)
      return
    }
    for (index, part) in parts.enumerated() {
      guard case .literal(let text) = part, let cut = ReferenceBody.cut(text) else { continue }
      head = parts[..<index] + [.literal(String(cut.before))]
      fallback = [.literal(String(cut.after))] + parts[(index + 1)...]
      return
    }
    (head, fallback) = (parts, nil)
  }

  private static func isVariable(_ text: String) -> Bool {
    if text.hasPrefix("env:") { return true }
    if let cut = cut(text) {
      return ConfigName.isVariable(String(cut.before)) || cut.before.isEmpty
    }
    return ConfigSource.split(text).scheme == nil
  }

  private static func cut(_ text: String) -> (before: Substring, after: Substring)? {
    var rest = text[...]
    while let colon = rest.firstIndex(of: ":") {
      let after = text.index(after: colon)
      if text[after...].first == "-" {
        return (text[..<colon], text[text.index(after: after)...])
      }
      rest = text[after...]
    }
    return nil
  }
}
