/// A distribution of times over fixed bounds.
struct NetworkHistogram {
  /// The bounds.
  enum Bounds {
    /// From half a millisecond to a second.
    case roundTrip
    /// Up to ten seconds: a lost SYN is sent again after one.
    case connecting

    /// How many of all there are.
    var count: Int {
      switch self {
      case .roundTrip: 11
      case .connecting: 14
      }
    }
  }

  /// In microseconds.
  ///
  /// Not an array, whose references would be counted as often as a time is added.
  private static let microseconds: InlineArray<14, UInt64> = [
    500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
  ]

  private let kind: Bounds
  /// One number more than there are bounds; empty as long as nothing was added.
  private(set) var counts: [UInt64] = []
  /// In nanoseconds, exact for 500 years.
  private var total: UInt64 = 0

  init(_ kind: Bounds) {
    self.kind = kind
  }

  var isEmpty: Bool { counts.isEmpty }

  /// Inclusive upper bounds, in seconds.
  var bounds: [Double] {
    (0..<kind.count).map { Double(NetworkHistogram.microseconds[$0]) / 1e6 }
  }

  /// In seconds.
  var sum: Double { Double(total) / 1e9 }

  mutating func add(nanoseconds: UInt64) {
    if counts.isEmpty { counts = Array(repeating: 0, count: kind.count + 1) }
    var index = 0
    while index < kind.count, NetworkHistogram.microseconds[index] &* 1000 < nanoseconds {
      index += 1
    }
    counts[index] &+= 1
    total &+= nanoseconds
  }
}
