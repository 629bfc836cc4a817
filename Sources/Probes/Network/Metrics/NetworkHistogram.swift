/// A distribution of times over fixed bounds.
struct NetworkHistogram {
  /// The bounds, in seconds.
  enum Bounds {
    /// From half a millisecond to a second.
    case roundTrip
    /// Up to ten seconds: a lost SYN is sent again after one.
    case connecting
  }

  private static let roundTripBounds = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
  ]
  private static let connectingBounds = roundTripBounds + [2.5, 5, 10]

  /// Inclusive upper bounds.
  let bounds: [Double]
  /// One number more than there are bounds; empty as long as nothing was added.
  private(set) var counts: [UInt64] = []
  /// In seconds.
  private(set) var sum = 0.0

  init(_ bounds: Bounds) {
    self.bounds =
      switch bounds {
      case .roundTrip: NetworkHistogram.roundTripBounds
      case .connecting: NetworkHistogram.connectingBounds
      }
  }

  var isEmpty: Bool { counts.isEmpty }

  mutating func add(nanoseconds: UInt64) {
    if counts.isEmpty { counts = Array(repeating: 0, count: bounds.count + 1) }
    let seconds = Double(nanoseconds) / 1e9
    var index = 0
    while index < bounds.count, bounds[index] < seconds { index += 1 }
    counts[index] &+= 1
    sum += seconds
  }
}
