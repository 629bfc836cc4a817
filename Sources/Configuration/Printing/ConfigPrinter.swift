/// Renders a configuration as text, its secrets redacted.
public struct ConfigPrinter: Sendable {
  /// What stands in place of a secret.
  public static let redacted = "[REDACTED]"

  private let secrets: ConfigSecrets?

  /// A printer that redacts `secrets`, and nothing where it is nil.
  public init(redacting secrets: ConfigSecrets?) {
    self.secrets = secrets
  }

  /// The tree as YAML that reads back as the same tree.
  public func yaml(_ node: ConfigNode) -> String {
    let shown = visible(node, path: "", key: "", isSecret: false)
    return YAMLText.lines(of: shown).joined(separator: "\n") + "\n"
  }

  /// The tree as one line of JSON; numbers that JSON does not have become text.
  public func json(_ node: ConfigNode) -> String {
    JSONText.text(of: visible(node, path: "", key: "", isSecret: false))
  }

  /// The tree with its secrets replaced.
  private func visible(
    _ node: ConfigNode, path: String, key: String, isSecret: Bool
  ) -> ConfigNode {
    guard let secrets else { return node }
    let isSecret = isSecret || secrets.isMarked(path)
    switch node.content {
    case .null: return node
    case .list(let items):
      let shown = items.enumerated().map { index, item in
        let place = ConfigPath.join(path, String(index))
        return visible(item, path: place, key: key, isSecret: isSecret)
      }
      return node.with(.list(shown))
    case .mapping(let entries):
      let inside = isSecret || ConfigSecrets.holdsSecrets(key)
      let shown = entries.map { entry in
        let place = ConfigPath.join(path, entry.key)
        let value = visible(entry.value, path: place, key: entry.key, isSecret: inside)
        return ConfigNode.Entry(key: entry.key, keyLocation: entry.keyLocation, value: value)
      }
      return node.with(.mapping(shown))
    case .string(let text) where !isSecret && !ConfigSecrets.isSuspicious(key):
      return node.with(.string(ConfigSecrets.withoutUser(text)))
    case .bytes where !isSecret && !ConfigSecrets.isSuspicious(key): return node
    case .string, .bytes: return node.with(.string(ConfigPrinter.redacted))
    case .bool, .int, .double:
      return isSecret ? node.with(.string(ConfigPrinter.redacted)) : node
    }
  }
}
