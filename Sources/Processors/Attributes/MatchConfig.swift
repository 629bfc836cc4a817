internal import Components
internal import Configuration
internal import Patterns
internal import Telemetry

/// What an `include` or `exclude` section asks of items: all of its options must match.
struct MatchConfig {
  /// How texts are compared.
  private enum MatchType: String, CaseIterable {
    case strict, regexp
  }

  /// The options that are for one signal alone, as far as they are written.
  private var restricted: [(option: String, signal: Signal)] = []
  private var conditions: [RewriteCondition] = []

  /// Reads the section.
  init(from section: ConfigSection) {
    let type = MatchConfig.matchType(section)
    readOuter(section, type)
    readItems(section, type)
    if let severity = section.section("log_severity_number") {
      let least = severity.int("min", default: 0, in: 0...24)
      let orUnset = severity.bool("match_undefined", default: false)
      severity.finish()
      add(
        "log_severity_number", .logs, .severityNumber, .isAtLeast(UInt64(least), orUnset: orUnset))
    }
    if let regexp = section.section("regexp") {
      _ = regexp.bool("cacheenabled", default: false)
      _ = regexp.int("cachemaxnumentries", default: 0)
      regexp.finish()
    }
    section.finish()
    if conditions.isEmpty {
      section.problem("expected something to match, such as services, span_names or attributes")
    }
  }

  /// The condition in a pipeline of `signal`; an option of another signal is an error.
  func condition(
    for signal: Signal, _ name: String
  ) throws(ComponentError) -> RewriteCondition {
    for (option, owner) in restricted where owner != signal {
      throw ComponentError(
        "\(name)::\(option) is for pipelines of \(owner), and this one is of \(signal)")
    }
    return .all(conditions)
  }

  private static func matchType(_ section: ConfigSection) -> MatchType {
    if !section.contains("match_type") {
      section.problem("expected match_type: strict or regexp")
    }
    return section.choice("match_type", default: .strict)
  }

  private mutating func readOuter(_ section: ConfigSection, _ type: MatchType) {
    if let matcher = matcher(section, "services", type) {
      let service = AttributeKey("service.name")
      conditions.append(
        .test(RewriteTest(.resource, .attribute(service), .matches(matcher))))
    }
    readAttributes(section, "resources", .resource, type)
    var libraries: [RewriteCondition] = []
    for library in section.sections("libraries") ?? [] {
      var parts: [RewriteCondition] = []
      if let name = matcher(library, "name", type) {
        parts.append(.test(RewriteTest(.scope, .field(.name), .matches(name))))
      } else {
        library.problem("expected name")
      }
      if let version = matcher(library, "version", type) {
        parts.append(.test(RewriteTest(.scope, .field(.version), .matches(version))))
      }
      library.finish()
      libraries.append(.all(parts))
    }
    if !libraries.isEmpty { conditions.append(.any(libraries)) }
  }

  private mutating func readItems(_ section: ConfigSection, _ type: MatchType) {
    if let names = matcher(section, "span_names", type) {
      add("span_names", .traces, .name, .matches(names))
    }
    if let kinds = matcher(section, "span_kinds", type) {
      if type == .strict { checkKinds(section) }
      let numbers = MatchConfig.spanKinds.indices.filter {
        kinds.matches(MatchConfig.spanKinds[$0])
      }
      add("span_kinds", .traces, .kind, .isOneOf(numbers.reduce(0) { $0 | 1 << UInt64($1) }))
    }
    if let bodies = matcher(section, "log_bodies", type) {
      add("log_bodies", .logs, .body, .matches(bodies))
    }
    if let texts = matcher(section, "log_severity_texts", type) {
      add("log_severity_texts", .logs, .severityText, .matches(texts))
    }
    if let names = matcher(section, "metric_names", type) {
      restricted.append(("metric_names", .metrics))
      conditions.append(.test(RewriteTest(.metric, .field(.name), .matches(names))))
    }
    readAttributes(section, "attributes", .item, type)
  }

  private mutating func add(
    _ option: String, _ signal: Signal, _ field: RewriteField,
    _ predicate: RewriteTest.Predicate
  ) {
    restricted.append((option, signal))
    conditions.append(.test(RewriteTest(.item, .field(field), predicate)))
  }

  /// Attributes that must all be there, each with the value that is asked for.
  private mutating func readAttributes(
    _ section: ConfigSection, _ key: String, _ context: RewriteContext, _ type: MatchType
  ) {
    for attribute in section.sections(key) ?? [] {
      let name = attribute.string("key") ?? ""
      if name.isEmpty { attribute.problem("expected key, the name of an attribute") }
      var predicate = RewriteTest.Predicate.exists
      if let value = attribute.attributeValue("value") {
        if type == .strict {
          predicate = .equals(value)
        } else if case .string(let text) = value {
          let place = attribute.node("value")?.location ?? attribute.location
          let pattern = attribute.pattern(text, of: "value", at: place)
          predicate = .matches(TextMatcher(patterns: pattern.map { [$0] } ?? []))
        } else {
          attribute.problem("value", "with match_type regexp this must be text; write it in quotes")
        }
      }
      attribute.finish()
      conditions.append(
        .test(RewriteTest(context, .attribute(AttributeKey(name)), predicate)))
    }
  }

  /// The texts under `key` as exact ones or patterns; nil where there are none.
  private func matcher(
    _ section: ConfigSection, _ key: String, _ type: MatchType
  ) -> TextMatcher? {
    guard let texts = section.strings(key), !texts.isEmpty else { return nil }
    if type == .strict { return TextMatcher(texts: texts) }
    var places: [ConfigLocation] = []
    if let node = section.node(key), case .list(let items) = node.content {
      places = items.map(\.location)
    }
    let patterns = texts.enumerated().compactMap { index, text in
      let place = index < places.count ? places[index] : section.node(key)?.location
      return section.pattern(text, of: key, at: place ?? section.location)
    }
    return TextMatcher(patterns: patterns)
  }

  /// The names of span kinds, each at the index that is its number.
  private static let spanKinds = [
    "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER",
  ]

  private func checkKinds(_ section: ConfigSection) {
    for kind in section.strings("span_kinds") ?? [] where !MatchConfig.spanKinds.contains(kind) {
      let known = MatchConfig.spanKinds.joined(separator: ", ")
      let hint = Spelling.hint(for: kind, among: MatchConfig.spanKinds)
      section.problem("span_kinds", "\"\(kind)\" is not one of \(known)\(hint)")
    }
  }
}
