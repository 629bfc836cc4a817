/// One measurement that a sample was made of.
public struct ExemplarSample: Sendable, Equatable {
  /// Labels as a `LabelBlock`, at most 128 characters of names and values.
  public var labels: [UInt8]
  /// What was measured.
  public var value: Double
  /// When, in nanoseconds since 1970; 0 where unknown.
  public var time: UInt64

  /// An exemplar of these parts.
  public init(labels: [UInt8], value: Double, time: UInt64) {
    self.labels = labels
    self.value = value
    self.time = time
  }
}
