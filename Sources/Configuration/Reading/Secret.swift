/// Text that is never printed: tokens, passwords, header values.
public struct Secret: Sendable, Hashable, CustomStringConvertible {
  /// The text; never log it.
  public let revealed: String

  /// A secret of this text.
  public init(_ text: String) {
    revealed = text
  }

  /// Always `[REDACTED]`.
  public var description: String { "[REDACTED]" }
}
