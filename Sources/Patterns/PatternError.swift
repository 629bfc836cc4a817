/// Why a text is not a pattern, in words for the user.
public struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public let reason: String
  /// The character of the pattern at which it is wrong, from 1; nil where that is not known.
  public let column: Int?

  /// An error for this reason at this column.
  public init(_ reason: String, column: Int? = nil) {
    self.reason = reason
    self.column = column
  }

  /// The reason and, where it is known, the column.
  public var description: String {
    guard let column else { return reason }
    return "\(reason) at column \(column) of the pattern"
  }
}
