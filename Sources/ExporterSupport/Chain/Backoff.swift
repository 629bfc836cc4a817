internal import Queues

/// The waits between one batch's attempts: exponential, randomised, bounded.
struct Backoff {
  private let config: RetryConfig
  private var interval: Duration

  init(_ config: RetryConfig) {
    self.config = config
    interval = min(config.initialInterval, config.maxInterval)
  }

  /// The next wait; `random` is from 0 up to but not including 1.
  mutating func next(_ random: Double) -> Duration {
    let spread = config.randomizationFactor
    let factor = 1 - spread + 2 * spread * random
    let wait = Backoff.scaled(interval, factor)
    interval = min(config.maxInterval, Backoff.scaled(interval, config.multiplier))
    return wait
  }

  private static func scaled(_ duration: Duration, _ factor: Double) -> Duration {
    let nanoseconds = Double(duration.nanoseconds) * factor
    // A century: long enough for every configuration, far from overflow.
    return .nanoseconds(Int64(min(nanoseconds, 3e18)))
  }
}
