/// Why a component could not start, in words for the user.
public struct ComponentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What happened and what to do.
  public let description: String

  /// An error that says `description`.
  public init(_ description: String) {
    self.description = description
  }
}
