internal import Bytes

/// What a run of a program knows: the results of tests, which stages act at the place it is at, and what
/// has come of it so far.
struct RewriteState {
  private let program: CompiledProgram
  private let origin: Origin
  /// By the tests' numbers.
  private var results: [Verdict]
  /// By level and stage: whether the stage acts, as far as that level and those around it tell.
  private var verdicts: [Verdict]
  /// The conversions that failed so far.
  private(set) var failures: [RewriteFailure] = []
  /// The items dropped so far, by part; empty where there are none.
  private(set) var dropped: [Int] = []
  /// The items dropped so far, by all parts.
  private(set) var droppedItemCount = 0
  /// The span events dropped so far.
  private(set) var droppedEventCount = 0
  /// The part that drops the message at hand.
  private var dropping = 0

  init(_ program: CompiledProgram, _ origin: Origin) {
    self.program = program
    self.origin = origin
    results = Array(repeating: .open, count: program.tests.count)
    verdicts = Array(
      repeating: .open, count: program.stages.count * RewriteContext.allCases.count)
  }

  /// Makes the tests and edits of one level in the order of the stages.
  ///
  /// - Returns: false where a stage drops the message.
  mutating func run(
    _ level: RewriteContext, _ bytes: Span<UInt8>, _ draft: inout MessageDraft
  ) throws(WireError) -> Bool {
    if !results.isEmpty { forgetResults(below: level) }
    let count = program.stages.count
    let row = level.rawValue * count
    for index in 0..<count where program.stages[index].context >= level {
      var verdict = Verdict.holds
      if !program.stages[index].isUnconditional {
        verdict = level == .resource ? .open : verdicts[row - count + index]
        if verdict == .open { verdict = try self.verdict(of: index, level, bytes, draft) }
      }
      verdicts[row + index] = verdict
      // Signals other than metrics go from the scope to the items.
      if level == .scope { verdicts[row + count + index] = verdict }
      guard verdict == .holds, program.stages[index].context == level else { continue }
      guard try edit(index, bytes, &draft) else { return false }
    }
    return true
  }

  /// Whether any stage further in than `level` may act here.
  func mayAct(below level: RewriteContext) -> Bool {
    let count = program.stages.count
    for index in 0..<count
    where program.stages[index].context > level
      && verdicts[level.rawValue * count + index] != .fails
    {
      return true
    }
    return false
  }

  /// Counts what went with the message that the last run wants to drop.
  mutating func countDropped(items: Int, events: Int) {
    if dropped.isEmpty {
      dropped = Array(repeating: 0, count: (program.stages.map(\.part).max() ?? 0) + 1)
    }
    dropped[dropping] += items
    droppedItemCount += items
    droppedEventCount += events
  }

  /// Makes the edits of a stage; false where it drops the message.
  private mutating func edit(
    _ stage: Int, _ bytes: Span<UInt8>, _ draft: inout MessageDraft
  ) throws(WireError) -> Bool {
    for number in program.stages[stage].edits {
      if program.steps[number].kind == .drop {
        dropping = program.stages[stage].part
        return false
      }
      if try draft.apply(program.steps[number], of: program, bytes, origin) { continue }
      note(RewriteFailure(program.edits[number], part: program.stages[stage].part))
    }
    return true
  }

  private mutating func note(_ failure: RewriteFailure) {
    if let index = failures.firstIndex(where: { $0.isSameEdit(as: failure) }) {
      failures[index].count += failure.count
    } else {
      failures.append(failure)
    }
  }

  private mutating func forgetResults(below level: RewriteContext) {
    for number in results.indices where program.tests[number].context > level {
      results[number] = .open
    }
  }

  private mutating func verdict(
    of index: Int, _ level: RewriteContext, _ bytes: Span<UInt8>, _ draft: borrowing MessageDraft
  ) throws(WireError) -> Verdict {
    for number in program.stages[index].tests where program.tests[number].context == level {
      let holds = try program.tests[number].holds(bytes, draft)
      results[number] = holds ? .holds : .fails
    }
    return program.conditions[index].verdict(results)
  }
}
