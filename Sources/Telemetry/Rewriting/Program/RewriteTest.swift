/// One question about a resource, a scope, a metric or an item.
public struct RewriteTest: Sendable {
  /// What is looked at.
  public enum Subject: Sendable {
    /// An attribute.
    case attribute(AttributeKey)
    /// A field.
    case field(RewriteField)
  }

  /// What is asked.
  public enum Predicate: Sendable {
    /// Whether there is a value.
    case exists
    /// Whether the value is this one, of the same type.
    case equals(AttributeValue)
    /// Whether the value's text matches; a number or truth value has its usual text, bytes, arrays and
    /// maps have none.
    case matches(TextMatcher)
    /// Whether the number is one of these; bit n stands for n.
    case isOneOf(UInt64)
    /// Whether the number is at least this; zero, which means that none is set, counts as given.
    case isAtLeast(UInt64, orUnset: Bool)
  }

  /// The level at which the test looks.
  public let context: RewriteContext
  /// What it looks at.
  public let subject: Subject
  /// What it asks.
  public let predicate: Predicate

  /// A test of these parts.
  public init(_ context: RewriteContext, _ subject: Subject, _ predicate: Predicate) {
    self.context = context
    self.subject = subject
    self.predicate = predicate
  }
}
