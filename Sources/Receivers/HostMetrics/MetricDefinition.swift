/// A metric that a scraper can emit.
struct MetricDefinition: Sendable {
  /// What the points are.
  enum Kind: Sendable {
    /// Sums since the start that only grow.
    case counter
    /// Sums that go up and down.
    case upDownCounter
    /// Values of the moment.
    case gauge
  }

  let name: StaticString
  let unit: StaticString
  let description: StaticString
  let kind: Kind
  /// Whether it is emitted where the configuration does not say.
  let isOnByDefault: Bool
  /// The name as a text of the configuration, made once: scrapes look it up.
  let key: String

  init(
    _ name: StaticString, _ unit: StaticString, _ kind: Kind, isOnByDefault: Bool = true,
    _ description: StaticString
  ) {
    self.name = name
    self.unit = unit
    self.description = description
    self.kind = kind
    self.isOnByDefault = isOnByDefault
    key = "\(name)"
  }
}
