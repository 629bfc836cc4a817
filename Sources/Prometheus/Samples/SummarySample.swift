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
