/// The entries of a mapping while it is read.
struct YAMLMapping {
  private let source: String
  private let problems: ConfigProblems
  private var entries: [ConfigNode.Entry] = []
  private var places: [String: ConfigLocation] = [:]
  private var merges: [ConfigNode] = []
  /// The entries that the last merge key brought.
  private(set) var merged = 0

  /// No entries of a mapping in `source`.
  init(source: String, problems: ConfigProblems) {
    self.source = source
    self.problems = problems
  }

  /// Whether the key is an unquoted `<<`.
  static func isMergeKey(_ event: YAMLEvent) -> Bool {
    guard case .scalar("<<", isPlain: true) = event.kind else { return false }
    return event.tag == nil || event.tag == YAMLTag.prefix + "merge"
  }

  /// Adds an entry; a key that is there already is a problem.
  mutating func add(_ key: ConfigNode, _ value: ConfigNode) {
    guard let name = text(of: key) else { return }
    if let first = places[name] {
      report(
        key.location,
        "the key \"\(name)\" is written twice; the first is at line \(first.line), column "
          + "\(first.column)")
      return
    }
    places[name] = key.location
    entries.append(ConfigNode.Entry(key: name, keyLocation: key.location, value: value))
  }

  /// Takes the entries of a mapping, or of a list of mappings, behind those written here.
  mutating func merge(_ value: ConfigNode) {
    merged = 0
    switch value.content {
    case .mapping(let entries):
      merges.append(value)
      merged += entries.count
    case .list(let items):
      for item in items {
        guard case .mapping(let entries) = item.content else {
          report(item.location, "the merge key << takes mappings only")
          continue
        }
        merges.append(item)
        merged += entries.count
      }
    default:
      report(value.location, "the merge key << takes a mapping or a list of mappings")
    }
  }

  /// The entries: those written here, then those merged, where the earlier merge wins.
  consuming func finish() -> [ConfigNode.Entry] {
    for case .mapping(let more) in merges.map(\.content) {
      for entry in more where places[entry.key] == nil {
        places[entry.key] = entry.keyLocation
        entries.append(entry)
      }
    }
    return entries
  }

  private func text(of key: ConfigNode) -> String? {
    switch key.content {
    case .string(let text), .bool(_, let text), .int(_, let text), .double(_, let text):
      return text
    case .null: report(key.location, "a key is missing before the \":\"; quote it if it is null")
    case .bytes, .list, .mapping: report(key.location, "a key must be text, not \(key.kind)")
    }
    return nil
  }

  private func report(_ place: ConfigLocation, _ message: String) {
    problems.add(ConfigProblem(location: place, path: "", message: message))
  }
}
