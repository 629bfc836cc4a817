extension ConfigSection {
  /// A list of texts; a single text is a list of one.
  public func strings(_ key: String) -> [String]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .null: return nil
    case .list(let items):
      return items.enumerated().compactMap { index, item in
        text(item, "\(key)::\(index)")
      }
    default: return string(key).map { [$0] }
    }
  }

  /// A list of names, patterns and the like; an empty one is a problem, for it names nothing.
  public func names(_ key: String) -> [String]? {
    guard let node = node(key), let texts = strings(key) else { return nil }
    guard case .list(let items) = node.content else {
      if texts.contains("") { problem(key, "is empty; leave the key out for none") }
      return texts.filter { !$0.isEmpty }
    }
    for (index, item) in items.enumerated() where item.text?.isEmpty ?? item.isNull {
      problem(
        item.location, "\(key)::\(index)", "is empty; take the line out, or write what is meant")
    }
    return texts.filter { !$0.isEmpty }
  }

  /// The mappings of a list, nil where the key is absent; null is an empty mapping.
  public func sections(_ key: String) -> [ConfigSection]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .null: return nil
    case .list(let items):
      let path = ConfigPath.join(self.path, key)
      return items.enumerated().map { index, item in
        ConfigSection(item, path: ConfigPath.join(path, String(index)), problems: problems)
      }
    default:
      mismatch(key, expected: "a list of mappings", node)
      return nil
    }
  }

  /// Names with texts in the order written, nil where the key is absent.
  public func stringMap(_ key: String) -> [(key: String, value: String)]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .null: return nil
    case .mapping(let entries):
      return entries.compactMap { entry in
        text(entry.value, "\(key)::\(entry.key)").map { (entry.key, $0) }
      }
    default:
      mismatch(key, expected: "a mapping of names to texts", node)
      return nil
    }
  }

  /// Names with secret texts, such as headers; a list of `name` and `value` pairs is taken too.
  public func secrets(_ key: String) -> [(name: String, value: Secret)]? {
    problems.secrets.mark(ConfigPath.join(path, key))
    guard let node = node(key) else { return nil }
    if case .list = node.content {
      return sections(key)?.compactMap { pair in
        let (name, value) = (pair.string("name"), pair.secret("value"))
        pair.finish()
        guard let name, let value else {
          pair.problem("expected name and value")
          return nil
        }
        return (name, value)
      }
    }
    return stringMap(key)?.map { ($0.key, Secret($0.value)) }
  }

  /// The text of an element; null is the empty text, a list or mapping a problem.
  private func text(_ node: ConfigNode, _ key: String) -> String? {
    if let text = node.text { return text }
    if case .null = node.content { return "" }
    mismatch(key, expected: "text", node)
    return nil
  }
}
