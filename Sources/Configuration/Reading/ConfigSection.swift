/// A mapping of the configuration while a component reads its options from it.
///
/// Every read names a key and its default; a value of the wrong kind becomes a problem and the
/// default is returned, so that all problems are found in one pass. `finish` reports the keys that
/// nobody asked for. Confined to the thread that loads the configuration.
public final class ConfigSection {
  /// The path of keys to this mapping, joined by `::`.
  public let path: String
  /// Where the mapping was written.
  public let location: ConfigLocation
  /// Where the section's problems and secrets go.
  public let problems: ConfigProblems
  private let entries: [ConfigNode.Entry]
  private var asked: [String] = []

  /// The mapping `node`; null is an empty mapping, anything else is a problem.
  public init(_ node: ConfigNode, path: String, problems: ConfigProblems) {
    self.path = path
    self.problems = problems
    location = node.location
    switch node.content {
    case .mapping(let entries):
      self.entries = entries
    case .null:
      entries = []
    default:
      entries = []
      problems.addMalformed(
        ConfigProblem(
          location: node.location, path: path, message: "expected a mapping, found \(node.kind)"))
    }
  }

  /// Whether the key is written, be it with a null value.
  public func contains(_ key: String) -> Bool {
    node(key) != nil
  }

  /// The value of the key as written, nil where it is absent.
  public func node(_ key: String) -> ConfigNode? {
    if !asked.contains(key) { asked.append(key) }
    return entries.last { $0.key == key }?.value
  }

  /// The keys in the order written.
  public var keys: [String] { entries.map(\.key) }

  /// Reports `message` about the section itself.
  public func problem(_ message: String) {
    problems.add(ConfigProblem(location: location, path: path, message: message))
  }

  /// Reports `message` at the key's value, or at the section where the key is absent.
  public func problem(_ key: String, _ message: String) {
    problem(node(key)?.location ?? location, key, message)
  }

  /// Reports `message` about the value of `key`, or a part of it, written at `place`.
  public func problem(_ place: ConfigLocation, _ key: String, _ message: String) {
    let path = ConfigPath.join(self.path, key)
    problems.add(ConfigProblem(location: place, path: path, message: message))
  }

  /// Reports that the value of `key` is not what is expected; does not show it.
  func mismatch(_ key: String, expected: String, _ node: ConfigNode) {
    malformed(node, key, "expected \(expected), found \(node.kind)")
  }

  /// Reports that the value of `key`, which is no secret, is not what is expected.
  func unexpected(_ key: String, expected: String, _ node: ConfigNode, hint: String = "") {
    malformed(node, key, "expected \(expected), found \(node.shown)\(hint)")
  }

  private func malformed(_ node: ConfigNode, _ key: String, _ message: String) {
    let path = ConfigPath.join(self.path, key)
    problems.addMalformed(ConfigProblem(location: node.location, path: path, message: message))
  }

  /// The mapping under the key, nil where the key is absent; null is an empty mapping.
  public func section(_ key: String) -> ConfigSection? {
    node(key).map {
      ConfigSection($0, path: ConfigPath.join(path, key), problems: problems)
    }
  }

  /// Reports every key that was written and that no read asked for.
  public func finish() {
    for entry in entries where !asked.contains(entry.key) {
      let hint = Spelling.hint(for: entry.key, among: asked)
      let known = asked.isEmpty ? "none" : asked.sorted().joined(separator: ", ")
      let end = hint.isEmpty ? "; known keys: " : " known keys: "
      problems.add(
        ConfigProblem(
          location: entry.keyLocation, path: path,
          message: "unknown key \"\(entry.key)\"\(hint)\(end)\(known)"))
    }
  }
}

/// A value that a component reads from its section of the configuration.
public protocol ConfigDecodable: Sendable {
  /// Reads the options; problems go to the section, which is finished at the end.
  init(from section: ConfigSection)
}
