/// What there is to know of a metric beside its points.
public struct MetricShape: Sendable {
  /// What a metric's points are.
  public enum Kind: Sendable {
    /// A number at one moment.
    case gauge
    /// A sum since the start time that only grows.
    case counter
    /// A sum that also falls.
    case upDownCounter
    /// A distribution over fixed bounds since the start time.
    case histogram
    /// A distribution over bounds that grow by a constant factor, since the start time.
    case exponentialHistogram
  }

  /// The metric's name.
  public let name: StaticString
  /// What it says, one sentence.
  public let description: StaticString
  /// The unit in UCUM.
  public let unit: StaticString
  /// What its points are.
  public let kind: Kind

  /// A metric of these parts.
  public init(
    _ name: StaticString, _ kind: Kind, unit: StaticString, _ description: StaticString
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.description = description
  }

  /// The field of the metric that holds its points.
  var dataField: Int {
    switch kind {
    case .gauge: 5
    case .counter, .upDownCounter: 7
    case .histogram: 9
    case .exponentialHistogram: 10
    }
  }

  /// The field of a point that holds its attributes.
  var attributesField: Int {
    switch kind {
    case .gauge, .counter, .upDownCounter: 7
    case .histogram: 9
    case .exponentialHistogram: 1
    }
  }
}
