/// A condition whose tests are numbers.
indirect enum CompiledCondition: Sendable {
  case always
  case test(Int)
  case all([CompiledCondition])
  case any([CompiledCondition])
  case not(CompiledCondition)

  init(_ condition: RewriteCondition, numbering tests: inout [RewriteTest]) {
    switch condition {
    case .always: self = .always
    case .test(let test):
      self = .test(tests.count)
      tests.append(test)
    case .all(let parts): self = .all(parts.map { CompiledCondition($0, numbering: &tests) })
    case .any(let parts): self = .any(parts.map { CompiledCondition($0, numbering: &tests) })
    case .not(let part): self = .not(CompiledCondition(part, numbering: &tests))
    }
  }

  /// Whether it holds everywhere.
  var isAlways: Bool {
    switch self {
    case .always: true
    case .all(let parts): parts.allSatisfy(\.isAlways)
    case .test, .any, .not: false
    }
  }

  /// What the condition is as far as the tests' results are known.
  func verdict(_ results: [Verdict]) -> Verdict {
    switch self {
    case .always: return .holds
    case .test(let number): return results[number]
    case .all(let parts):
      var verdict = Verdict.holds
      for part in parts {
        let one = part.verdict(results)
        if one == .fails { return .fails }
        if one == .open { verdict = .open }
      }
      return verdict
    case .any(let parts):
      var verdict = Verdict.fails
      for part in parts {
        let one = part.verdict(results)
        if one == .holds { return .holds }
        if one == .open { verdict = .open }
      }
      return verdict
    case .not(let part):
      switch part.verdict(results) {
      case .holds: return .fails
      case .fails: return .holds
      case .open: return .open
      }
    }
  }
}
