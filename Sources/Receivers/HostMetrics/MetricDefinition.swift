internal import Telemetry

/// A metric that a scraper can emit.
struct MetricDefinition: Sendable {
  /// What is written of it beside its points.
  let shape: MetricShape
  /// Whether it is emitted where the configuration does not say.
  let isOnByDefault: Bool
  /// The name as a text of the configuration, made once: scrapes look it up.
  let key: String

  init(
    _ name: StaticString, _ unit: StaticString, _ kind: MetricShape.Kind,
    isOnByDefault: Bool = true, _ description: StaticString
  ) {
    shape = MetricShape(name, kind, unit: unit, description)
    self.isOnByDefault = isOnByDefault
    key = "\(name)"
  }
}
