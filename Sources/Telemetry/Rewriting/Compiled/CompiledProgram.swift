internal import Patterns

/// A rewriting program as a pass wants it: keys and literals in one place, edits and tests as numbers.
final class CompiledProgram: Sendable {
  let stages: [CompiledStage]
  /// By the stages' indexes.
  let conditions: [CompiledCondition]
  let steps: [CompiledEdit]
  /// The edits as they were written, for those that are not made from numbers alone.
  let edits: [RewriteEdit]
  let tests: [RewriteTest]
  /// The keys and literals.
  let pool: [UInt8]
  /// By the numbers of `MessageKind`.
  let plans: [LoadPlan]
  /// For each level, whether a stage edits it or a test looks at it.
  private let usesLevel: [Bool]

  init(_ stages: [RewriteStage], parts: [Int]) {
    var tests: [RewriteTest] = []
    var edits: [RewriteEdit] = []
    var steps: [CompiledEdit] = []
    var pool = BytePool()
    var compiled: [CompiledStage] = []
    var conditions: [CompiledCondition] = []
    for (stage, part) in zip(stages, parts) {
      let firstTest = tests.count
      conditions.append(CompiledCondition(stage.condition, numbering: &tests))
      let firstStep = steps.count
      for edit in stage.edits {
        steps.append(CompiledEdit(edit, original: edits.count, pool: &pool))
        edits.append(edit)
      }
      compiled.append(
        CompiledStage(
          context: stage.context, isUnconditional: conditions[conditions.count - 1].isAlways,
          tests: firstTest..<tests.count, edits: firstStep..<steps.count, part: part))
    }
    (self.stages, self.conditions, self.steps, self.edits) = (compiled, conditions, steps, edits)
    (self.tests, self.pool) = (tests, pool.bytes)
    usesLevel = RewriteContext.allCases.map { level in
      stages.contains { $0.context == level } || tests.contains { $0.context == level }
    }
    plans = MessageKind.allCases.map { kind in
      CompiledProgram.plan(for: kind, stages.filter { $0.context == kind.context }, tests)
    }
  }

  /// Whether the program looks at or edits this level.
  func uses(_ level: RewriteContext) -> Bool { usesLevel[level.rawValue] }

  private static func plan(
    for kind: MessageKind, _ stages: [RewriteStage], _ tests: [RewriteTest]
  ) -> LoadPlan {
    let edits = stages.flatMap(\.edits)
    var wanted = WantedParts()
    for edit in edits { wanted.add(edit) }
    for test in tests where test.context == kind.context { wanted.add(test.subject) }
    var fields: UInt64 = 0
    for field in wanted.fields {
      if let place = kind.place(of: field) { fields |= 1 << UInt64(place.number) }
    }
    return LoadPlan(
      attributes: kind.attributes, keyLengths: wanted.keyLengths, fields: fields)
  }
}

/// The attributes and fields that edits and tests of one level refer to.
private struct WantedParts {
  var keyLengths: UInt64 = 0
  var fields: [RewriteField] = []

  mutating func add(_ subject: RewriteTest.Subject) {
    switch subject {
    case .attribute(let key): add(key)
    case .field(let field): fields.append(field)
    }
  }

  mutating func add(_ edit: RewriteEdit) {
    switch edit {
    case .drop: break
    case .set(let field, let source):
      fields.append(field)
      add(source)
    case .attribute(.set(let key, let source, _)):
      add(key)
      add(source)
    case .attribute(.delete(let selection)), .attribute(.hash(let selection)):
      if let key = selection.key { add(key) }
      if selection.pattern != nil { keyLengths = .max }
    case .attribute(.extract(let key, let pattern)):
      add(key)
      for case let name? in pattern.groupNames { add(AttributeKey(name)) }
    case .attribute(.convert(let key, _)): add(key)
    }
  }

  private mutating func add(_ key: AttributeKey) {
    keyLengths |= 1 << UInt64(min(key.bytes.count, 63))
  }

  private mutating func add(_ source: AttributeSource) {
    if case .attribute(let key) = source.place { add(key) }
  }
}
