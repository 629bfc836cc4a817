/// A mapping of the configuration while a component reads its options from it.
///
/// Every read names a key and its default; a value of the wrong kind becomes a problem and the
/// default is returned, so that all problems are found in one pass. `finish` reports the keys that
/// nobody asked for.
public final class ConfigSection {
  /// The path of keys to this mapping, joined by `::`.
  public let path: String
  /// Where the mapping was written.
  public let location: ConfigLocation
  private let entries: [ConfigNode.Entry]
  private let problems: ConfigProblems
  private var asked: [String] = []

  /// The mapping `node`; null is an empty mapping, anything else is a problem.
  public init(_ node: ConfigNode, path: String, problems: ConfigProblems) {
    self.path = path
    self.problems = problems
    location = node.location
    switch node.content {
    case .mapping(let entries): self.entries = entries
    case .null: entries = []
    default:
      entries = []
      problems.add(
        ConfigProblem(location: node.location, path: path, message: "expected a mapping"))
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

  /// Reports `message` at the key's value, or at the section where the key is absent.
  public func problem(_ key: String, _ message: String) {
    let place = node(key)?.location ?? location
    problems.add(ConfigProblem(location: place, path: "\(path)::\(key)", message: message))
  }

  /// The mapping under the key, nil where the key is absent; null is an empty mapping.
  public func section(_ key: String) -> ConfigSection? {
    node(key).map { ConfigSection($0, path: "\(path)::\(key)", problems: problems) }
  }

  /// Text; a scalar of another kind keeps the text that was written.
  public func string(_ key: String) -> String? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .string(let text), .bool(_, let text), .int(_, let text), .double(_, let text):
      return text
    case .null: return nil
    default:
      problem(key, "expected text")
      return nil
    }
  }

  /// Text that is never printed.
  public func secret(_ key: String) -> Secret? {
    string(key).map(Secret.init)
  }

  /// A truth value.
  public func bool(_ key: String, default fallback: Bool) -> Bool {
    guard let node = node(key) else { return fallback }
    switch node.content {
    case .bool(let value, _): return value
    case .null: return fallback
    default:
      problem(key, "expected true or false")
      return fallback
    }
  }

  /// A whole number within `range`.
  public func int(
    _ key: String, default fallback: Int, in range: ClosedRange<Int> = 0...Int.max
  ) -> Int {
    guard let node = node(key) else { return fallback }
    switch node.content {
    case .int(let value, _) where range.contains(value): return value
    case .null: return fallback
    default:
      problem(key, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
      return fallback
    }
  }

  /// A number within `range`.
  public func double(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>
  ) -> Double {
    guard let node = node(key) else { return fallback }
    switch node.content {
    case .double(let value, _) where range.contains(value): return value
    case .int(let value, _) where range.contains(Double(value)): return Double(value)
    case .null: return fallback
    default:
      problem(key, "expected a number from \(range.lowerBound) to \(range.upperBound)")
      return fallback
    }
  }

  /// A duration such as `200ms` or `1h30m`, not negative.
  public func duration(_ key: String, default fallback: Duration) -> Duration {
    guard let text = string(key) else { return fallback }
    guard let duration = Duration(configurationText: text) else {
      problem(key, "expected a duration such as 200ms, 5s or 1h30m")
      return fallback
    }
    return duration
  }

  /// A list of texts; a single text is a list of one.
  public func strings(_ key: String) -> [String]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .null: return nil
    case .list(let items):
      return items.compactMap { item in
        switch item.content {
        case .string(let text), .bool(_, let text), .int(_, let text), .double(_, let text):
          return text
        default:
          problems.add(
            ConfigProblem(
              location: item.location, path: "\(path)::\(key)", message: "expected text"))
          return nil
        }
      }
    default: return string(key).map { [$0] }
    }
  }

  /// One of the enumeration's texts.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice
  ) -> Choice where Choice.RawValue == String {
    guard let text = string(key) else { return fallback }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map { $0.rawValue.isEmpty ? "\"\"" : $0.rawValue }
      problem(key, "\"\(text)\" is not one of \(known.joined(separator: ", "))")
      return fallback
    }
    return choice
  }

  /// Reports every key that was written and that no read asked for.
  public func finish() {
    for entry in entries where !asked.contains(entry.key) {
      problems.add(
        ConfigProblem(
          location: entry.keyLocation, path: path, message: "unknown key \"\(entry.key)\""))
    }
  }
}

/// A value that a component reads from its section of the configuration.
public protocol ConfigDecodable: Sendable {
  /// Reads the options; problems go to the section, which is finished at the end.
  init(from section: ConfigSection)
}
