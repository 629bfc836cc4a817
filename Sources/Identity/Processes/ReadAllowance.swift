internal import Queues

/// How many processes may still be read from /proc in the present second.
struct ReadAllowance {
  private let perSecond: Int
  private var left: Int
  private var second: Int64 = .min

  init(perSecond: Int) {
    self.perSecond = perSecond
    left = perSecond
  }

  /// Whether one more may be read, which is counted.
  mutating func take(at now: MonotonicTime) -> Bool {
    let present = now.nanoseconds / 1_000_000_000
    if present != second {
      second = present
      left = perSecond
    }
    guard left > 0 else { return false }
    left -= 1
    return true
  }
}
