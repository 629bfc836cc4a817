/// A stage whose tests have numbers, so that their results can be kept from level to level.
struct CompiledStage: Sendable {
  let context: RewriteContext
  let condition: CompiledCondition
  /// The numbers of the stage's tests.
  let tests: Range<Int>
  let edits: [AttributeEdit]

  init(_ stage: RewriteStage, numbering tests: inout [RewriteTest]) {
    context = stage.context
    edits = stage.edits
    let first = tests.count
    condition = CompiledCondition(stage.condition, numbering: &tests)
    self.tests = first..<tests.count
  }
}
