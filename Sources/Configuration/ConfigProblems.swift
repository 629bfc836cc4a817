/// What is found out while a configuration is read: its problems, and where its secrets are.
public final class ConfigProblems {
  /// The problems in the order found.
  public private(set) var all: [ConfigProblem] = []
  private var told: Set<ConfigProblem> = []
  /// The paths whose values are of the wrong kind.
  private var malformed: Set<String> = []
  /// The problems found after the first 1000, which are kept.
  public private(set) var leftOut = 0
  /// The values that are never printed.
  public var secrets = ConfigSecrets()

  /// No problems.
  public init() {}

  /// The most problems that are kept; nobody reads more, and hostile texts have millions.
  public static let limit = 1000

  /// Adds the problem that a value is of the wrong kind; what is found wrong with it or within it later
  /// only follows from that and is not added.
  func addMalformed(_ problem: ConfigProblem) {
    add(problem)
    malformed.insert(problem.path)
  }

  /// Adds a problem; one that is there already is not told again.
  public func add(_ problem: ConfigProblem) {
    guard !told.contains(problem), !isWithinMalformed(problem.path) else { return }
    guard all.count < ConfigProblems.limit else {
      leftOut += 1
      return
    }
    told.insert(problem)
    all.append(problem)
  }

  private func isWithinMalformed(_ path: String) -> Bool {
    guard !malformed.isEmpty else { return false }
    if malformed.contains(path) { return true }
    return path.ranges(of: "::").contains { malformed.contains(String(path[..<$0.lowerBound])) }
  }

  /// The problems in the order of their places, those of one place in the order found.
  public var sorted: [ConfigProblem] {
    all.enumerated().sorted { left, right in
      let (first, second) = (left.element.location, right.element.location)
      if first.source != second.source { return first.source < second.source }
      if first.line != second.line { return first.line < second.line }
      if first.column != second.column { return first.column < second.column }
      return left.offset < right.offset
    }
    .map(\.element)
  }
}
