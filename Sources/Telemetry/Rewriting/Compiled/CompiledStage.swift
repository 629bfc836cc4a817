/// A stage as numbers.
struct CompiledStage {
  let context: RewriteContext
  /// Whether it acts without a condition.
  let isUnconditional: Bool
  /// The numbers of the stage's tests.
  let tests: Range<Int>
  /// The numbers of the stage's edits.
  let edits: Range<Int>
  /// The index of the fused program that it came from.
  let part: Int
}
