/// Lets one event of a kind through in each interval and counts the others, so that logs stay short.
public struct Throttle: Sendable {
  private let interval: Duration
  private var last: MonotonicTime?
  private var suppressed = 0

  /// A throttle that lets the next event through.
  public init(every interval: Duration) {
    self.interval = interval
  }

  /// The number of events held back since the last, or nil where this one is held back too.
  public mutating func admit(at now: MonotonicTime) -> Int? {
    if let last, now - last < interval {
      suppressed += 1
      return nil
    }
    last = now
    defer { suppressed = 0 }
    return suppressed
  }
}
