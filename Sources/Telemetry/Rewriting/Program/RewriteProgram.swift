/// What is to be changed in requests, stage by stage, compiled for one pass over their bytes.
///
/// Stages act in order: a later one sees what earlier ones made of the same message. A condition on an
/// outer level sees that level as the earlier stages left it. So the programs of processors that follow
/// one another can be run as one.
public struct RewriteProgram: Sendable {
  /// The stages in order.
  public let stages: [RewriteStage]
  let compiled: CompiledProgram

  /// A program of these stages; without any it changes nothing.
  public init(_ stages: [RewriteStage]) {
    self.init(stages, parts: stages.map { _ in 0 })
  }

  /// The program that does what these do one after the other; each is a part, counted from 0.
  ///
  /// - Precondition: The reach of each allows that of those behind it.
  public init(fusing programs: [RewriteProgram]) {
    self.init(
      programs.flatMap(\.stages),
      parts: programs.enumerated().flatMap { part, program in program.stages.map { _ in part } })
  }

  private init(_ stages: [RewriteStage], parts: [Int]) {
    self.stages = stages
    compiled = CompiledProgram(stages, parts: parts)
  }

  /// How far the program goes.
  public var reach: RewriteReach {
    RewriteReach(
      deepest: stages.map(\.context).max() ?? .resource,
      outermostDrop: stages.filter { $0.edits.contains(where: \.isDrop) }.map(\.context).min())
  }

  /// Whether both are copies of one program.
  public func isSame(as other: RewriteProgram) -> Bool { compiled === other.compiled }
}
