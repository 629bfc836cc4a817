/// A distribution in exponential buckets: a native histogram.
public struct NativeHistogramSample: Sendable, Equatable {
  /// A dense run of buckets.
  public struct Buckets: Sendable, Equatable {
    /// The index of the first bucket; bucket i ends at base to the power of i.
    public var offset: Int32
    /// The number of values in each bucket.
    public var counts: [UInt64]

    /// A run of buckets.
    public init(offset: Int32 = 0, counts: [UInt64] = []) {
      self.offset = offset
      self.counts = counts
    }
  }

  /// The resolution, -4 to 8.
  public var schema: Int32
  /// Up to where a value counts as zero.
  public var zeroThreshold: Double
  /// The number of values that count as zero.
  public var zeroCount: UInt64
  /// The number of all values.
  public var count: UInt64
  /// The sum of the values; nil where it is not known.
  public var sum: Double?
  /// The buckets above zero.
  public var positive: Buckets
  /// The buckets below zero.
  public var negative: Buckets
  /// Exemplars, the newest last.
  public var exemplars: [ExemplarSample]

  /// A native histogram of these parts.
  public init(
    schema: Int32, zeroThreshold: Double, zeroCount: UInt64, count: UInt64, sum: Double?,
    positive: Buckets, negative: Buckets, exemplars: [ExemplarSample] = []
  ) {
    self.schema = schema
    self.zeroThreshold = zeroThreshold
    self.zeroCount = zeroCount
    self.count = count
    self.sum = sum
    self.positive = positive
    self.negative = negative
    self.exemplars = exemplars
  }
}
