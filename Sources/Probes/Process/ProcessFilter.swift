internal import Bytes
internal import Configuration
internal import Patterns

/// Chooses the processes that are told of, by patterns that match anywhere in a text.
///
/// A process is in where each kind of pattern that `include` lists matches it, and out where one of `exclude` does.
struct ProcessFilter: Sendable {
  /// The most patterns of a kind.
  static let countLimit = 100

  /// What patterns are matched with; the raw value is the key of their list.
  enum Subject: String, CaseIterable, Sendable {
    /// The executable's path, or the command's name where the path is not known.
    case executables
    /// The user's name, and the user's number as text.
    case users
    /// The control group's path.
    case cgroups
    /// The container's id.
    case containers
  }

  /// What is known of a process.
  struct Candidate: ~Escapable {
    let executable: Span<UInt8>
    let user: UInt32
    let userName: Span<UInt8>
    let cgroup: Span<UInt8>
    let container: Span<UInt8>

    /// A process of which this is known; what is not is empty.
    @_lifetime(copy executable, copy userName, copy cgroup, copy container)
    init(
      executable: Span<UInt8>, user: UInt32, userName: Span<UInt8>, cgroup: Span<UInt8>,
      container: Span<UInt8>
    ) {
      self.executable = executable
      self.user = user
      self.userName = userName
      self.cgroup = cgroup
      self.container = container
    }
  }

  private struct Rule {
    let subject: Subject
    let patterns: [Pattern]
  }

  private var included: [Rule] = []
  private var excluded: [Rule] = []

  /// All processes are in.
  init() {}

  /// Reads `include` and `exclude` from the capability's section.
  init(from section: ConfigSection) {
    included = ProcessFilter.rules("include", section)
    excluded = ProcessFilter.rules("exclude", section)
  }

  /// Whether all processes are in.
  var isOpen: Bool { included.isEmpty && excluded.isEmpty }

  /// Whether the process is told of.
  func admits(_ candidate: borrowing Candidate) -> Bool {
    for rule in included where !ProcessFilter.matches(rule, candidate) { return false }
    for rule in excluded where ProcessFilter.matches(rule, candidate) { return false }
    return true
  }

  private static func matches(_ rule: Rule, _ candidate: borrowing Candidate) -> Bool {
    switch rule.subject {
    case .executables: return matches(rule.patterns, candidate.executable)
    case .cgroups: return matches(rule.patterns, candidate.cgroup)
    case .containers: return matches(rule.patterns, candidate.container)
    case .users:
      if matches(rule.patterns, candidate.userName) { return true }
      let number = "\(candidate.user)"
      return rule.patterns.contains { $0.matches(number) }
    }
  }

  /// A text that is not known matches nothing.
  private static func matches(_ patterns: [Pattern], _ text: Span<UInt8>) -> Bool {
    guard !text.isEmpty else { return false }
    for pattern in patterns where pattern.matches(text) { return true }
    return false
  }

  private static func rules(_ key: String, _ parent: ConfigSection) -> [Rule] {
    guard let section = parent.section(key) else { return [] }
    var rules: [Rule] = []
    for subject in Subject.allCases {
      guard let texts = section.names(subject.rawValue) else { continue }
      if texts.count > countLimit {
        section.problem(subject.rawValue, "lists more than \(countLimit) patterns")
      }
      var patterns: [Pattern] = []
      for text in texts.prefix(countLimit) {
        do {
          patterns.append(try Pattern(text))
        } catch {
          section.problem(subject.rawValue, "\"\(text)\" is no pattern: \(error)")
        }
      }
      if !patterns.isEmpty { rules.append(Rule(subject: subject, patterns: patterns)) }
    }
    section.finish()
    return rules
  }
}
