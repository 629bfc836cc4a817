internal import Configuration
internal import Patterns
internal import Telemetry

/// The edits that a list of actions in the configuration asks for.
struct AttributeActions {
  /// What an action does.
  private enum Kind: String, CaseIterable {
    case insert, update, upsert, delete, hash, extract, convert
  }

  /// The edits in the order written.
  let edits: [AttributeEdit]

  /// Reads the actions in the list under `key`, of which there must be at least one.
  init(_ key: String, of section: ConfigSection) {
    let actions = section.sections(key) ?? []
    if actions.isEmpty { section.problem(key, "expected at least one action") }
    edits = actions.compactMap(AttributeActions.edit)
  }

  private static func edit(_ section: ConfigSection) -> AttributeEdit? {
    let key = section.string("key") ?? ""
    let written = section.string("action") ?? ""
    guard let kind = Kind(rawValue: written.lowercased()) else {
      let known = Kind.allCases.map(\.rawValue)
      let hint = Spelling.hint(for: written, among: known)
      section.problem(
        "action",
        written.isEmpty
          ? "expected one of \(known.joined(separator: ", "))"
          : "\"\(written)\" is not one of \(known.joined(separator: ", "))\(hint)")
      return nil
    }
    let edit =
      switch kind {
      case .insert: set(section, key, .insert)
      case .update: set(section, key, .update)
      case .upsert: set(section, key, .upsert)
      case .delete: selection(section, key).map { AttributeEdit.delete($0) }
      case .hash: selection(section, key).map { AttributeEdit.hash($0) }
      case .extract: extract(section, key)
      case .convert: convert(section, key)
      }
    refuseOthers(section, kind)
    section.finish()
    return edit
  }

  /// Reports the options that belong to other actions.
  private static func refuseOthers(_ section: ConfigSection, _ kind: Kind) {
    let used: [String] =
      switch kind {
      case .insert, .update, .upsert: ["value", "from_attribute", "from_context", "default_value"]
      case .delete, .hash, .extract: ["pattern"]
      case .convert: ["converted_type"]
      }
    let all = [
      "value", "from_attribute", "from_context", "default_value", "pattern", "converted_type",
    ]
    for option in all where !used.contains(option) && section.contains(option) {
      section.problem(option, "the action \(kind.rawValue) has no \(option)")
    }
  }

  private static func set(
    _ section: ConfigSection, _ key: String, _ mode: AttributeEdit.SetMode
  ) -> AttributeEdit? {
    let value = section.attributeValue("value")
    let fallback = section.attributeValue("default_value")
    let attribute = section.string("from_attribute") ?? ""
    let context = section.string("from_context") ?? ""
    let count = (value == nil ? 0 : 1) + (attribute.isEmpty ? 0 : 1) + (context.isEmpty ? 0 : 1)
    if count > 1 {
      section.problem("expected only one of value, from_attribute and from_context")
      return nil
    }
    guard let name = name(section, key) else { return nil }
    if let value = value ?? (count == 0 ? fallback : nil) {
      return .set(name, .literal(value), mode)
    }
    if !attribute.isEmpty {
      return .set(name, .attribute(AttributeKey(attribute), fallback: fallback), mode)
    }
    guard count == 1 else {
      section.problem("expected value, from_attribute, from_context or default_value")
      return nil
    }
    return originField(section, context).map { .set(name, .origin($0, fallback: fallback), mode) }
  }

  private static func originField(_ section: ConfigSection, _ text: String) -> OriginField? {
    if text == "client.address" { return .clientAddress }
    if text.hasPrefix("auth.") {
      section.problem(
        "from_context", "there is no authentication to take \"\(text)\" from; use metadata.<header>"
      )
      return nil
    }
    let name = text.hasPrefix("metadata.") ? String(text.dropFirst("metadata.".count)) : text
    return .metadata(name.lowercased())
  }

  private static func selection(_ section: ConfigSection, _ key: String) -> AttributeSelection? {
    let pattern = section.pattern("pattern")
    if key.isEmpty, (section.string("pattern") ?? "").isEmpty {
      section.problem("expected key, pattern or both")
      return nil
    }
    return AttributeSelection(key: key.isEmpty ? nil : AttributeKey(key), pattern: pattern)
  }

  private static func extract(_ section: ConfigSection, _ key: String) -> AttributeEdit? {
    guard let name = name(section, key) else { return nil }
    guard let pattern = section.pattern("pattern") else {
      if (section.string("pattern") ?? "").isEmpty {
        section.problem("expected pattern with named groups, such as ^(?P<name>.*)$")
      }
      return nil
    }
    if pattern.groupNames.isEmpty || pattern.groupNames.contains(nil) {
      section.problem(
        "pattern", "every group needs a name, as in (?P<name>...), and there must be at least one")
      return nil
    }
    return .extract(name, pattern)
  }

  private static func convert(_ section: ConfigSection, _ key: String) -> AttributeEdit? {
    let type: AttributeEdit.ConvertedType = section.choice("converted_type", default: .string)
    if !section.contains("converted_type") {
      section.problem("expected converted_type: one of int, double, string, boolean")
      return nil
    }
    return name(section, key).map { .convert($0, type) }
  }

  private static func name(_ section: ConfigSection, _ key: String) -> AttributeKey? {
    guard key.isEmpty else { return AttributeKey(key) }
    section.problem("expected key, the name of an attribute")
    return nil
  }
}
