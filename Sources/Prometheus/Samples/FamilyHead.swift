/// A family of metrics: what stands above its samples.
public struct FamilyHead: Sendable, Equatable {
  /// The name as in the text format, a counter's with `_total` where it has that.
  public var name: [UInt8]
  /// The words of the unit that the name has before its type; empty where there are none.
  public var unit: [UInt8]
  /// What is measured, UTF-8.
  public var help: [UInt8]
  /// What the family is.
  public var kind: MetricKind

  /// A family of these parts.
  public init(name: [UInt8], unit: [UInt8] = [], help: [UInt8] = [], kind: MetricKind) {
    self.name = name
    self.unit = unit
    self.help = help
    self.kind = kind
  }
}
