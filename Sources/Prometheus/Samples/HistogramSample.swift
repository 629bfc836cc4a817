/// A distribution in buckets with explicit bounds.
public struct HistogramSample: Sendable, Equatable {
  /// The upper bounds of all buckets but the last.
  public var bounds: [Double]
  /// The number of values in each bucket, not added up: one more than bounds.
  public var counts: [UInt64]
  /// The number of all values.
  public var count: UInt64
  /// The sum of the values; nil where it is not known.
  public var sum: Double?
  /// One exemplar a bucket, or none at all.
  public var exemplars: [ExemplarSample?]

  /// A histogram of these parts.
  public init(
    bounds: [Double], counts: [UInt64], count: UInt64, sum: Double?,
    exemplars: [ExemplarSample?] = []
  ) {
    self.bounds = bounds
    self.counts = counts
    self.count = count
    self.sum = sum
    self.exemplars = exemplars
  }
}
