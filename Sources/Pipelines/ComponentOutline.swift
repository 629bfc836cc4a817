public import Components

/// A component in a pipeline, for people.
public struct ComponentOutline: Sendable, Equatable {
  /// The id in the configuration.
  public let id: ComponentID
  /// What there is to say of it, such as its limits; empty for nothing.
  public let text: String
}
