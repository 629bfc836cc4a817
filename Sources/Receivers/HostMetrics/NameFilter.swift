internal import Bytes
internal import Configuration
internal import Patterns

/// Names that a filter lists, or patterns that match them.
struct NameFilter: Sendable {
  /// How the listed texts are compared.
  enum MatchType: String, CaseIterable {
    case strict
    case regexp
  }

  /// The most texts that a filter may list.
  static let countLimit = 1000

  private var names: [ByteSlice] = []
  private var patterns: [Pattern] = []

  /// Reads the filter under `key`, whose texts are listed under `list`; nil where there is none.
  init?(_ key: String, list: String, from scraper: ConfigSection) {
    guard let section = scraper.section(key) else { return nil }
    let type: MatchType = section.choice("match_type", default: .strict)
    if !section.contains("match_type") {
      section.problem("match_type", "is missing; write strict or regexp")
    }
    let texts = section.names(list) ?? []
    if texts.isEmpty { section.problem(list, "is missing or empty; list what the filter is for") }
    if texts.count > NameFilter.countLimit {
      section.problem(list, "lists more than \(NameFilter.countLimit) texts")
    }
    switch type {
    case .strict: names = texts.map { ByteSlice($0) }
    case .regexp:
      for text in texts.prefix(NameFilter.countLimit) {
        do {
          patterns.append(try Pattern(text))
        } catch {
          section.problem(list, "\"\(text)\" is no pattern: \(error)")
        }
      }
    }
    section.finish()
  }

  /// Whether one of the texts is the name or matches it.
  func matches(_ name: Span<UInt8>) -> Bool {
    for listed in names where listed.span.isEqual(to: name) { return true }
    for pattern in patterns where pattern.matches(name) { return true }
    return false
  }
}

/// Which names are included: those that one filter matches and the other does not.
struct NameSelection: Sendable {
  private let included: NameFilter?
  private let excluded: NameFilter?

  /// All names.
  static let all = NameSelection(included: nil, excluded: nil)

  private init(included: NameFilter?, excluded: NameFilter?) {
    self.included = included
    self.excluded = excluded
  }

  /// Reads the filters `include` and `exclude`, or those of `suffix`, from a scraper's section.
  init(list: String, suffix: String = "", from scraper: ConfigSection) {
    included = NameFilter("include" + suffix, list: list, from: scraper)
    excluded = NameFilter("exclude" + suffix, list: list, from: scraper)
  }

  /// Whether the name is wanted.
  func includes(_ name: Span<UInt8>) -> Bool {
    if let included, !included.matches(name) { return false }
    if let excluded, excluded.matches(name) { return false }
    return true
  }
}
