public import Patterns
internal import Bytes

/// Texts and patterns of which one must match.
public struct TextMatcher: Sendable {
  private let texts: [[UInt8]]
  private let patterns: [Pattern]

  /// Matches these texts exactly and what these patterns match.
  public init(texts: [String] = [], patterns: [Pattern] = []) {
    self.texts = texts.map { Array($0.utf8) }
    self.patterns = patterns
  }

  /// Whether one of the texts or patterns matches.
  public func matches(_ text: Span<UInt8>) -> Bool {
    for exact in texts where exact.count == text.count && exact.span.isEqual(to: text) {
      return true
    }
    for pattern in patterns where pattern.matches(text) { return true }
    return false
  }

  /// Whether one of the texts or patterns matches.
  public func matches(_ text: String) -> Bool {
    matches(text.utf8Span.span)
  }
}
