public import Telemetry

/// What there is to know of a type of component before one is made.
public struct ComponentType: Sendable {
  /// The type in the configuration, in snake case.
  public let name: String
  /// Other names of the type that configurations use.
  public let aliases: [String]
  /// The signals it handles, each with how far it can be relied on.
  public let signals: [Signal: Stability]
  /// One sentence on what it is, for listings.
  public let summary: String

  /// A type of these parts.
  public init(
    _ name: String, aliases: [String] = [], signals: [Signal: Stability], summary: String
  ) {
    self.name = name
    self.aliases = aliases
    self.signals = signals
    self.summary = summary
  }
}
