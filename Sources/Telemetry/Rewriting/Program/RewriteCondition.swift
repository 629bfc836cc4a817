/// When a stage of a rewriting program acts.
public indirect enum RewriteCondition: Sendable {
  /// Always.
  case always
  /// When the test holds.
  case test(RewriteTest)
  /// When all conditions hold; with none, always.
  case all([RewriteCondition])
  /// When any of the conditions holds; with none, never.
  case any([RewriteCondition])
  /// When the condition does not hold.
  case not(RewriteCondition)
}
