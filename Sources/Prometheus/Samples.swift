/// The value of a counter or gauge.
public enum SampleValue: Sendable, Equatable {
  /// A whole number.
  case int(Int64)
  /// A floating-point number.
  case double(Double)

  /// The value as a floating-point number.
  public var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    }
  }
}

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

/// When a sample was taken and when counting began, in nanoseconds since 1970; 0 where not written.
public struct SampleTimes: Sendable, Equatable {
  /// When the sample was taken.
  public var timestamp: UInt64
  /// When counting began.
  public var created: UInt64

  /// Times of a sample.
  public init(timestamp: UInt64 = 0, created: UInt64 = 0) {
    self.timestamp = timestamp
    self.created = created
  }
}

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

/// A distribution as quantiles.
public struct SummarySample: Sendable, Equatable {
  /// Quantiles, 0 to 1, each with its value.
  public var quantiles: [Quantile]
  /// The number of all values.
  public var count: UInt64
  /// The sum of the values.
  public var sum: Double

  /// A quantile and the value there.
  public struct Quantile: Sendable, Equatable {
    /// The quantile, 0 to 1.
    public var quantile: Double
    /// The value there.
    public var value: Double

    /// A quantile and the value there.
    public init(_ quantile: Double, _ value: Double) {
      self.quantile = quantile
      self.value = value
    }
  }

  /// A summary of these parts.
  public init(quantiles: [Quantile], count: UInt64, sum: Double) {
    self.quantiles = quantiles
    self.count = count
    self.sum = sum
  }
}
