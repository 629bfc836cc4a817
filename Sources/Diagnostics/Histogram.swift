/// Counts values in fixed buckets, from any thread.
public final class Histogram: Sendable {
  /// The values counted up to one moment.
  public struct Reading: Sendable, Equatable {
    /// The upper bound of each bucket but the last, which has none.
    public let bounds: [Int]
    /// How many values lie in each bucket.
    public let counts: [Int]
    /// The sum of all values.
    public let sum: Int

    /// How many values there are.
    public var count: Int { counts.reduce(0, +) }
  }

  /// The upper bound of each bucket but the last; a value equal to a bound lies below it.
  public let bounds: [Int]
  private let counts: [Counter]
  private let sum = Counter()

  /// A histogram without values.
  ///
  /// - Precondition: `bounds` ascend.
  public init(bounds: [Int]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds ascend")
    self.bounds = bounds
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
    Reading(bounds: bounds, counts: counts.map(\.value), sum: sum.value)
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
}
