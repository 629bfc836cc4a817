/// Replaces the `${...}` references of a configuration by what they stand for.
final class ConfigExpansion {
  /// What one configuration may cost.
  enum Limit {
    /// References that lead to references.
    static let depth = 100
    /// References in all, those in values of others included.
    static let references = 10_000
    /// Bytes of text in all that references bring.
    static let bytes = 64 << 20
    /// Values visited in all.
    static let nodes = 1_000_000
  }

  /// The place of a text: what problems about its references name.
  struct Place {
    let location: ConfigLocation
    let path: String
  }

  private let environment: ConfigEnvironment
  private let problems: ConfigProblems
  private(set) var warnings: [ConfigProblem] = []
  /// The variables' warnings: a text is taken apart once for its value and once for what was written.
  private var told: Set<ConfigProblem> = []
  private var references = 0
  private var bytes = 0
  private var nodes = 0
  private var isStopped = false
  /// The references that are being replaced, each for the sake of the one before.
  private var active = 0
  private var level = 0

  /// An expansion that reads from `environment`.
  init(_ environment: ConfigEnvironment, problems: ConfigProblems) {
    self.environment = environment
    self.problems = problems
  }

  /// The tree with all references replaced; keys are left alone.
  func expand(_ node: ConfigNode) -> ConfigNode {
    changed(node, path: "") ?? node
  }

  /// The replaced value, nil where nothing in it is a reference.
  private func changed(_ node: ConfigNode, path: String) -> ConfigNode? {
    let place = Place(location: node.location, path: path)
    nodes += 1
    guard nodes <= Limit.nodes else {
      stop(place, "more than \(Limit.nodes) values once the references are replaced")
      return nil
    }
    switch node.content {
    case .string(let text):
      return text.utf8.contains(UInt8(ascii: "$")) ? scalar(text, place) : nil
    case .list, .mapping: return container(node, place)
    default: return nil
    }
  }

  private func container(_ node: ConfigNode, _ place: Place) -> ConfigNode? {
    guard level < YAMLLimits.depth else {
      stop(place, "lists and mappings are nested deeper than \(YAMLLimits.depth)")
      return nil
    }
    level += 1
    defer { level -= 1 }
    var isChanged = false
    switch node.content {
    case .list(var items):
      for index in items.indices {
        let path = ConfigPath.join(place.path, String(index))
        guard let item = changed(items[index], path: path) else { continue }
        items[index] = item
        isChanged = true
      }
      return isChanged ? node.with(.list(items)) : nil
    case .mapping(var entries):
      for index in entries.indices {
        let path = ConfigPath.join(place.path, entries[index].key)
        guard let value = changed(entries[index].value, path: path) else {
          continue
        }
        entries[index].value = value
        isChanged = true
      }
      return isChanged ? node.with(.mapping(entries)) : nil
    default: return nil
    }
  }

  private func scalar(_ text: String, _ place: Place) -> ConfigNode? {
    guard let taken = parts(of: text, place) else { return nil }
    if taken.count == 1, case .reference(let body) = taken[0] {
      return value(of: body, place)
    }
    return referred(self.text(of: taken, place), place)
  }

  /// A text that a reference brought, or that holds what one brought.
  private func referred(_ text: String, _ place: Place) -> ConfigNode {
    var node = ConfigNode(.string(text), at: place.location)
    node.original = text
    return node
  }

  private func parts(of text: String, _ place: Place) -> [ReferenceText.Part]? {
    guard !isStopped, let taken = ReferenceText(text) else {
      stop(place, "references are nested deeper than \(ReferenceText.depth)")
      return nil
    }
    return taken.parts
  }

  /// The text of the pieces, references replaced.
  func text(of parts: [ReferenceText.Part], _ place: Place) -> String {
    parts.reduce(into: "") { text, part in
      switch part {
      case .literal(let literal): text += literal
      case .reference(let body): text += self.text(of: body, at: place)
      }
    }
  }

  private func text(of body: [ReferenceText.Part], at place: Place) -> String {
    guard enter(place) else { return "" }
    defer { active -= 1 }
    guard let found = resolve(body, place) else { return "" }
    let text = parse(found).map(\.text) ?? found.text
    return found.isFinal ? text : nestedText(text, place)
  }

  /// The text of a value that may hold references again.
  private func nestedText(_ text: String, _ place: Place) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")), let parts = parts(of: text, place) else {
      return text
    }
    return self.text(of: parts, place)
  }

  /// Begins to replace a reference; the limit also keeps the stack small.
  private func enter(_ place: Place) -> Bool {
    guard active < Limit.depth else {
      stop(place, "references lead to references more than \(Limit.depth) times; is there a loop?")
      return false
    }
    active += 1
    return true
  }

  private func value(of body: [ReferenceText.Part], _ place: Place) -> ConfigNode? {
    guard enter(place) else { return nil }
    defer { active -= 1 }
    guard let found = resolve(body, place) else { return ConfigNode(.null, at: place.location) }
    guard let parsed = parse(found) else {
      let text = found.isFinal ? found.text : nestedText(found.text, place)
      return referred(text, place)
    }
    var node = ConfigNode(parsed.node.content, at: place.location)
    if !found.isFinal {
      node = changed(node, path: place.path) ?? node
    }
    if case .string(let text) = node.content { return referred(text, place) }
    if node.original == nil {
      node.original = found.isFinal ? parsed.text : nestedText(parsed.text, place)
    }
    return node
  }

  /// The text as YAML with the text to keep beside it; nil where it is not YAML.
  private func parse(_ found: FoundValue) -> (node: ConfigNode, text: String)? {
    let attempt = ConfigProblems()
    guard let node = ConfigNode(yaml: found.text, source: found.label, problems: attempt),
      attempt.all.isEmpty
    else { return nil }
    if case .string(let text) = node.content { return (node, text) }
    let isLine = found.text.hasSuffix("\n")
    return (node, isLine ? String(found.text.dropLast()) : found.text)
  }

  /// What the reference `body` stands for; nil, and a problem, where it stands for nothing.
  private func resolve(_ body: [ReferenceText.Part], _ place: Place) -> FoundValue? {
    references += 1
    guard references <= Limit.references, bytes <= Limit.bytes else {
      let limit = "\(Limit.references) references or \(Limit.bytes) bytes"
      stop(place, "the references bring more than \(limit)")
      return nil
    }
    guard !isStopped else { return nil }
    let found = lookUp(ReferenceBody(body), place)
    bytes += found?.text.utf8.count ?? 0
    return found
  }

  private func lookUp(_ body: ReferenceBody, _ place: Place) -> FoundValue? {
    let head = text(of: body.head, place)
    let (scheme, rest) = ConfigSource.split(head)
    switch scheme {
    case nil: return variable(head, body.fallback, place)
    case "env": return variable(rest, body.fallback, place)
    case "yaml": return FoundValue(text: rest, label: "yaml:", isFinal: true)
    case "file":
      switch environment.file(rest) {
      case .bytes(let bytes):
        return FoundValue(text: String(decoding: bytes, as: UTF8.self), label: rest, isFinal: false)
      case .unreadable(let reason): report(place, "cannot read the file \(rest): \(reason)")
      }
    case "http", "https": report(place, "references over \(scheme ?? "") are not supported")
    case .some(let scheme):
      report(place, "\"\(scheme):\" is not a known kind of reference; use env:, file: or yaml:")
    }
    return nil
  }

  private func variable(
    _ name: String, _ fallback: [ReferenceText.Part]?, _ place: Place
  ) -> FoundValue? {
    guard ConfigName.isVariable(name) else {
      report(
        place,
        "\"\(name)\" is not the name of an environment variable; it must match "
          + "^[a-zA-Z_][a-zA-Z0-9_]*$ (write $${ for the text ${)")
      return nil
    }
    if let value = environment.variable(name) {
      return FoundValue(text: value, label: "env:\(name)", isFinal: false)
    }
    if let fallback {
      return FoundValue(text: text(of: fallback, place), label: "env:\(name)", isFinal: true)
    }
    let warning = ConfigProblem(
      location: place.location, path: place.path,
      message: "the configuration refers to the unset environment variable \(name)")
    if told.insert(warning).inserted { warnings.append(warning) }
    return FoundValue(text: "", label: "env:\(name)", isFinal: true)
  }

  private func report(_ place: Place, _ message: String) {
    problems.add(ConfigProblem(location: place.location, path: place.path, message: message))
  }

  /// Reports that a limit is reached, once, and leaves everything else as it is.
  private func stop(_ place: Place, _ message: String) {
    guard !isStopped else { return }
    isStopped = true
    report(place, message)
  }
}
