internal import Bytes

/// What a run of a program knows: the results of tests, and which stages act at the place it is at.
struct RewriteState {
  private let program: RewriteProgram
  private let origin: Origin
  /// By the tests' numbers.
  private var results: [Verdict]
  /// By level and stage: whether the stage acts, as far as that level and those around it tell.
  private var verdicts: [Verdict]
  /// The conversions that failed so far.
  private(set) var failures: [RewriteFailure] = []

  init(_ program: RewriteProgram, _ origin: Origin) {
    self.program = program
    self.origin = origin
    results = Array(repeating: .open, count: program.tests.count)
    verdicts = Array(repeating: .open, count: program.compiled.count * 4)
  }

  /// Makes the tests and edits of one level in the order of the stages.
  mutating func run(
    _ level: RewriteContext, _ bytes: Span<UInt8>, _ fields: ItemFields,
    _ table: inout AttributeTable
  ) throws(WireError) {
    forgetResults(below: level)
    let count = program.compiled.count
    for index in 0..<count where program.compiled[index].context >= level {
      var verdict = Verdict.open
      if level != .resource { verdict = verdicts[(level.rawValue - 1) * count + index] }
      if verdict == .open {
        verdict = try self.verdict(of: index, level, bytes, fields, table)
      }
      verdicts[level.rawValue * count + index] = verdict
      // Signals other than metrics go from the scope to the items.
      if level == .scope { verdicts[RewriteContext.metric.rawValue * count + index] = verdict }
      guard verdict == .holds, program.compiled[index].context == level else { continue }
      try edit(program.compiled[index].edits, bytes, &table, of: program.parts[index])
    }
  }

  /// Whether any stage further in than `level` may act here.
  func mayAct(below level: RewriteContext) -> Bool {
    let count = program.compiled.count
    for index in 0..<count
    where program.compiled[index].context > level
      && verdicts[level.rawValue * count + index] != .fails
    {
      return true
    }
    return false
  }

  private mutating func edit(
    _ edits: [AttributeEdit], _ bytes: Span<UInt8>, _ table: inout AttributeTable, of part: Int
  ) throws(WireError) {
    for edit in edits where try !table.apply(edit, bytes, origin) {
      guard case .convert(let key, let type) = edit else { continue }
      note(RewriteFailure(key: key.text, type: type, count: 1, part: part))
    }
  }

  private mutating func note(_ failure: RewriteFailure) {
    for index in failures.indices
    where failures[index].isSameEdit(as: failure) {
      failures[index].count += failure.count
      return
    }
    failures.append(failure)
  }

  private mutating func forgetResults(below level: RewriteContext) {
    for number in results.indices where program.tests[number].context > level {
      results[number] = .open
    }
  }

  private mutating func verdict(
    of index: Int, _ level: RewriteContext, _ bytes: Span<UInt8>, _ fields: ItemFields,
    _ table: borrowing AttributeTable
  ) throws(WireError) -> Verdict {
    for number in program.compiled[index].tests where program.tests[number].context == level {
      let holds = try program.tests[number].holds(bytes, fields, table)
      results[number] = holds ? .holds : .fails
    }
    return program.compiled[index].condition.verdict(results)
  }
}
