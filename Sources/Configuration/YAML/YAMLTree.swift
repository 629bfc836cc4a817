/// Builds the tree of one YAML text, aliases and merge keys resolved.
struct YAMLTree: ~Copyable {
  /// A value that can be repeated, with what it costs.
  private struct Anchored {
    let node: ConfigNode
    let nodes: Int
    let depth: Int
  }

  private enum Stop: Error {
    case problem(line: Int, column: Int, String)
  }

  private let source: String
  private let problems: ConfigProblems
  private var events: YAMLEvents
  private var anchors: [String: Anchored] = [:]
  private var open: Set<String> = []
  private var nodes = 0
  private var deepest = 0

  private init(_ text: [UInt8], source: String, problems: ConfigProblems) throws(YAMLError) {
    self.source = source
    self.problems = problems
    events = try YAMLEvents(text)
  }

  /// The value of `text`, null where it is empty; nil and problems where it is not YAML.
  ///
  /// Duplicate keys, unknown tags and the like are problems too, but a tree is returned.
  static func read(_ text: [UInt8], source: String, problems: ConfigProblems) -> ConfigNode? {
    func fail(_ line: Int, _ column: Int, _ message: String) {
      let place = ConfigLocation(source: source, line: line, column: column)
      problems.add(ConfigProblem(location: place, path: "", message: message))
    }
    guard text.count <= YAMLLimits.bytes else {
      fail(0, 0, "the text has \(text.count) bytes, more than the limit of \(YAMLLimits.bytes)")
      return nil
    }
    do {
      var tree = try YAMLTree(text, source: source, problems: problems)
      return try tree.document()
    } catch let error as YAMLError {
      fail(error.line, error.column, error.message)
    } catch Stop.problem(let line, let column, let message) {
      fail(line, column, message)
    } catch {
      fail(0, 0, "\(error)")
    }
    return nil
  }

  private mutating func document() throws -> ConfigNode {
    _ = try events.next()
    let start = try events.next()
    guard case .documentStart = start.kind else {
      return ConfigNode(.null, at: ConfigLocation(source: source, line: 1, column: 1))
    }
    let root = try node(events.next(), depth: 1)
    _ = try events.next()
    let next = try events.next()
    guard case .streamEnd = next.kind else {
      throw Stop.problem(
        line: next.line, column: next.column,
        "a second document begins here; write one document, or use a file for each")
    }
    return root
  }

  private func place(_ event: YAMLEvent) -> ConfigLocation {
    ConfigLocation(source: source, line: event.line, column: event.column)
  }

  private func problem(_ event: YAMLEvent, _ message: String) {
    problems.add(ConfigProblem(location: place(event), path: "", message: message))
  }

  private mutating func count(_ amount: Int, depth: Int, at event: YAMLEvent) throws {
    nodes += amount
    deepest = max(deepest, depth)
    guard nodes <= YAMLLimits.nodes else {
      throw Stop.problem(
        line: event.line, column: event.column,
        "more than \(YAMLLimits.nodes) values once the aliases are expanded")
    }
    guard depth <= YAMLLimits.depth else {
      throw Stop.problem(
        line: event.line, column: event.column,
        "lists and mappings are nested deeper than \(YAMLLimits.depth)")
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws -> ConfigNode {
    if case .alias(let name) = event.kind { return try alias(name, event, depth: depth) }
    try count(1, depth: depth, at: event)
    guard let anchor = event.anchor else { return try content(event, depth: depth) }
    let (before, outerDeepest) = (nodes, deepest)
    deepest = depth
    open.insert(anchor)
    let node = try content(event, depth: depth)
    open.remove(anchor)
    anchors[anchor] = Anchored(node: node, nodes: nodes - before + 1, depth: deepest - depth)
    deepest = max(deepest, outerDeepest)
    return node
  }

  private mutating func alias(
    _ name: String, _ event: YAMLEvent, depth: Int
  ) throws -> ConfigNode {
    guard let anchored = anchors[name], !open.contains(name) else {
      let reason = open.contains(name) ? "stands inside the value it names" : "names no anchor"
      throw Stop.problem(line: event.line, column: event.column, "the alias *\(name) \(reason)")
    }
    try count(anchored.nodes, depth: depth + anchored.depth, at: event)
    return anchored.node
  }

  private mutating func content(_ event: YAMLEvent, depth: Int) throws -> ConfigNode {
    switch event.kind {
    case .scalar(let text, let isPlain):
      do throws(YAMLTagError) {
        let content = try YAMLTag.scalar(text, isPlain: isPlain, tag: event.tag)
        return ConfigNode(content, at: place(event))
      } catch {
        problem(event, error.message)
        return ConfigNode(.string(text), at: place(event))
      }
    case .sequenceStart:
      if let message = YAMLTag.refusal(of: event.tag, allowed: "seq") { problem(event, message) }
      return try sequence(event, depth: depth)
    case .mappingStart:
      if let message = YAMLTag.refusal(of: event.tag, allowed: "map") { problem(event, message) }
      return try mapping(event, depth: depth)
    default:
      throw Stop.problem(line: event.line, column: event.column, "expected a value")
    }
  }

  private mutating func sequence(_ start: YAMLEvent, depth: Int) throws -> ConfigNode {
    var items: [ConfigNode] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      items.append(try node(event, depth: depth + 1))
    }
    return ConfigNode(.list(items), at: place(start))
  }

  private mutating func mapping(_ start: YAMLEvent, depth: Int) throws -> ConfigNode {
    var entries = YAMLMapping(source: source, problems: problems)
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { break }
      let isMergeKey = YAMLMapping.isMergeKey(event)
      let key = try node(event, depth: depth + 1)
      let value = try node(events.next(), depth: depth + 1)
      if isMergeKey {
        entries.merge(value)
        try count(entries.merged, depth: depth, at: event)
      } else {
        entries.add(key, value)
      }
    }
    return ConfigNode(.mapping(entries.finish()), at: place(start))
  }
}
