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
  /// For each stage, the index of the program it came from.
  let parts: [Int]
  /// Every test of every stage.
  let tests: [RewriteTest]
  /// For each level, whether a stage edits it or a test looks at it.
  let usesLevel: [Bool]

  private let identity = Identity()

  /// What copies of one program share.
  private final class Identity: Sendable {}

  /// A program of these stages; without any it changes nothing.
  public init(_ stages: [RewriteStage]) {
    self.init(stages, parts: stages.map { _ in 0 })
  }

  /// The program that does what these do one after the other; each is a part, counted from 0.
  public init(fusing programs: [RewriteProgram]) {
    self.init(
      programs.flatMap(\.stages),
      parts: programs.enumerated().flatMap { part, program in program.stages.map { _ in part } })
  }

  private init(_ stages: [RewriteStage], parts: [Int]) {
    self.stages = stages
    self.parts = parts
    var tests: [RewriteTest] = []
    compiled = stages.map { CompiledStage($0, numbering: &tests) }
    self.tests = tests
    usesLevel = [RewriteContext.resource, .scope, .metric, .item].map { level in
      stages.contains { $0.context == level } || tests.contains { $0.context == level }
    }
  }

  /// How far the program goes.
  public var reach: RewriteReach {
    let levels = stages.map(\.context) + tests.map(\.context)
    return RewriteReach(deepest: levels.max() ?? .resource)
  }

  /// Whether both are copies of one program.
  public func isSame(as other: RewriteProgram) -> Bool { identity === other.identity }

  /// Whether the program looks at or edits this level.
  func uses(_ level: RewriteContext) -> Bool { usesLevel[level.rawValue] }
}
