internal import Queues

/// Lets one line of a kind through in ten seconds and counts the others.
struct LogThrottle {
  private static let interval = Duration.seconds(10)
  private var last: MonotonicTime?
  private var suppressed = 0

  /// The number of lines held back since the last, or nil where this one is held back too.
  mutating func admit(at now: MonotonicTime) -> Int? {
    if let last, now - last < LogThrottle.interval {
      suppressed += 1
      return nil
    }
    last = now
    defer { suppressed = 0 }
    return suppressed
  }
}
