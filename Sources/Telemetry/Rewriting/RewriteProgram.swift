/// What is to be changed in requests, stage by stage, compiled for one pass over their bytes.
///
/// Stages act in order: a later one sees what earlier ones made of the same resource, scope or item. A
/// condition on an outer level sees that level as the earlier stages left it. So the programs of
/// processors that follow one another can be run as one.
public struct RewriteProgram: Sendable {
  /// The stages in order.
  public let stages: [RewriteStage]
  /// The stages' conditions with numbers for tests.
  let compiled: [CompiledStage]
  /// Every test of every stage.
  let tests: [RewriteTest]
  /// For each level, whether a stage edits it or a test looks at it.
  let usesLevel: [Bool]

  /// A program of these stages; without any it changes nothing.
  public init(_ stages: [RewriteStage]) {
    self.stages = stages
    var tests: [RewriteTest] = []
    compiled = stages.map { CompiledStage($0, numbering: &tests) }
    self.tests = tests
    usesLevel = [RewriteContext.resource, .scope, .metric, .item].map { level in
      stages.contains { $0.context == level } || tests.contains { $0.context == level }
    }
  }

  /// The program that does what this one does, and then what `next` does.
  public func fused(with next: RewriteProgram) -> RewriteProgram {
    RewriteProgram(stages + next.stages)
  }

  /// Whether the program looks at or edits this level.
  func uses(_ level: RewriteContext) -> Bool { usesLevel[level.rawValue] }
}
