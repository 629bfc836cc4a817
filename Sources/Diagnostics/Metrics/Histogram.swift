/// Counts values in fixed buckets, from any thread.
public final class Histogram: Sendable {
  /// The values counted up to one moment.
  public struct Reading: Sendable, Equatable {
    /// The upper bound of each bucket but the last, which has none, in the metric's unit.
    public let bounds: [Double]
    /// How many values lie in each bucket.
    public let counts: [Int]
    /// The sum of all values, in the metric's unit.
    public let sum: Double

    /// Values counted in buckets that end at `bounds`, one more than these.
    public init(bounds: [Double], counts: [Int], sum: Double) {
      self.bounds = bounds
      self.counts = counts
      self.sum = sum
    }

    /// How many values there are.
    public var count: Int { counts.reduce(0, +) }
  }

  /// The upper bound of each bucket but the last; a value equal to a bound lies below it.
  public let bounds: [Int]
  /// How many of what is recorded make one of the metric's unit.
  private let divisor: Int
  private let counts: [Counter]
  private let sum = Counter()

  /// A histogram without values; `divisor` of what is recorded make one of the metric's unit.
  ///
  /// - Precondition: `bounds` ascend.
  public init(bounds: [Int], divisor: Int = 1) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds ascend")
    self.bounds = bounds
    self.divisor = divisor
    counts = (0...bounds.count).map { _ in Counter() }
  }

  /// Counts a value; the cost grows with the logarithm of the number of buckets.
  public func record(_ value: Int) {
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    counts[low].add()
    sum.add(value)
  }

  /// The values so far; what is counted meanwhile may be in the counts and not in the sum.
  public var reading: Reading {
    Reading(
      bounds: bounds.map { Double($0) / Double(divisor) }, counts: counts.map(\.value),
      sum: Double(sum.value) / Double(divisor))
  }
}

extension Histogram {
  /// Bounds for numbers of items in a batch, as the reference collector has them.
  public static let itemBounds = [
    10, 25, 50, 75, 100, 250, 500, 750, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000,
    10_000, 20_000, 30_000, 50_000, 100_000,
  ]

  /// Bounds for sizes in bytes, as the reference collector has them.
  public static let byteBounds = [
    10, 25, 50, 75, 100, 250, 500, 750, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000,
    10_000, 20_000, 30_000, 50_000, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000,
    800_000, 900_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000, 7_000_000,
    8_000_000, 9_000_000,
  ]

  /// Bounds for durations in microseconds, as the semantic conventions have them.
  public static let durationBounds = [
    5000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 750_000, 1_000_000, 2_500_000,
    5_000_000, 7_500_000, 10_000_000,
  ]
}
