/// A configuration as loaded: merged, overridden, references replaced.
public struct LoadedConfig {
  /// The tree, nil where a source could not be read at all.
  public let node: ConfigNode?
  /// The problems found so far; reading sections adds to them.
  public let problems: ConfigProblems
  /// What is legal and probably not meant, such as unset variables.
  public let warnings: [ConfigProblem]
}

/// Loads configurations from the values of `--config` and `--set`.
public enum ConfigLoader {
  /// The most sources of one configuration.
  public static let maximumSources = 100

  /// The configuration of these sources, each over those before it, and of these overrides.
  ///
  /// Blocks while it reads files. All problems are collected; no value is printed in any.
  public static func load(
    sources: [String], sets: [String] = [], environment: ConfigEnvironment = .process
  ) -> LoadedConfig {
    let problems = ConfigProblems()
    var root: ConfigNode?
    if sources.isEmpty {
      problems.add(ConfigSource.problem("at least one config flag must be provided"))
    }
    if sources.count > maximumSources {
      problems.add(
        ConfigSource.problem("\(sources.count) sources; at most \(maximumSources) are allowed"))
    } else {
      for source in sources {
        guard let node = read(source, environment, problems) else { continue }
        root = root?.merged(with: node) ?? node
      }
    }
    for set in sets {
      guard let node = override(set, problems) else { continue }
      root = root?.merged(with: node) ?? node
    }
    let expansion = ConfigExpansion(environment, problems: problems)
    let expanded = root.map(expansion.expand)
    return LoadedConfig(node: expanded, problems: problems, warnings: expansion.warnings)
  }

  private static func read(
    _ text: String, _ environment: ConfigEnvironment, _ problems: ConfigProblems
  ) -> ConfigNode? {
    let source: ConfigSource
    do throws(ConfigProblem) {
      source = try ConfigSource(text)
    } catch {
      problems.add(error)
      return nil
    }
    guard let bytes = bytes(of: source, environment, problems),
      let node = ConfigNode(yaml: bytes, source: source.label, problems: problems)
    else { return nil }
    switch node.content {
    case .mapping: return node.unflattened()
    case .null: return ConfigNode(.mapping([]), at: node.location)
    default:
      problems.add(
        ConfigProblem(
          location: node.location, path: "",
          message: "expected a mapping such as \"receivers:\", found \(node.kind)"))
      return nil
    }
  }

  private static func bytes(
    of source: ConfigSource, _ environment: ConfigEnvironment, _ problems: ConfigProblems
  ) -> [UInt8]? {
    switch source {
    case .yaml(let text): return Array(text.utf8)
    case .environment(let name):
      if let value = environment.variable(name) { return Array(value.utf8) }
      problems.add(ConfigSource.problem("the environment variable \(name) is not set"))
    case .file(let path):
      switch environment.file(path) {
      case .bytes(let bytes): return bytes
      case .unreadable(let reason):
        problems.add(ConfigSource.problem("cannot read \(path): \(reason)"))
      }
    }
    return nil
  }

  /// The tree that `a.b.c=value` stands for.
  private static func override(_ text: String, _ problems: ConfigProblems) -> ConfigNode? {
    func refuse(_ source: String, _ message: String) {
      let place = ConfigLocation(source: source, line: 0, column: 0)
      problems.add(ConfigProblem(location: place, path: "", message: message))
    }
    guard let equals = text.firstIndex(of: "=") else {
      refuse("--set", "missing equal sign in \"\(text)\"; write a.b.c=value")
      return nil
    }
    let key = String(text[..<equals])
    let place = ConfigLocation(source: "--set \(key)", line: 0, column: 0)
    let keys = key.split(separator: ".", omittingEmptySubsequences: false)
      .flatMap { $0.split(separator: "::", omittingEmptySubsequences: false) }.map(String.init)
    guard keys.allSatisfy({ !$0.isEmpty }), keys.count < YAMLLimits.depth else {
      refuse(place.source, "the name before = must be keys joined by dots, such as a.b.c")
      return nil
    }
    let value = String(text[text.index(after: equals)...])
    guard let node = ConfigNode(yaml: value, source: place.source, problems: problems) else {
      return nil
    }
    return ConfigNode.nested(keys, place, node.relocated(to: place))
  }
}
