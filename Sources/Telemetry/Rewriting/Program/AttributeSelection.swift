public import Patterns

/// Which attributes are meant: one by its name, those whose name a pattern matches, or both.
public struct AttributeSelection: Sendable {
  /// The name of one.
  public let key: AttributeKey?
  /// What the names of others match.
  public let pattern: Pattern?

  /// The attribute called `key`, and those that `pattern` matches.
  public init(key: AttributeKey? = nil, pattern: Pattern? = nil) {
    self.key = key
    self.pattern = pattern
  }
}
