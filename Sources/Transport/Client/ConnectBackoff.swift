internal import Queues

/// How long to wait before the next attempt to connect: longer each time, and never the same for all.
///
/// Follows gRPC's connection backoff document.
struct ConnectBackoff {
  private let initial: Duration
  private let maximum: Duration
  private var failures = 0

  init(initial: Duration, maximum: Duration) {
    self.initial = initial
    self.maximum = maximum
  }

  mutating func reset() {
    failures = 0
  }

  /// The wait after one more failure, within a fifth of the exact one.
  mutating func next() -> Duration {
    var delay = initial.seconds
    // 60 doublings pass every maximum that makes sense.
    for _ in 0..<min(failures, 60) { delay = min(delay * 1.6, maximum.seconds) }
    failures += 1
    return .seconds(min(delay, maximum.seconds) * Double.random(in: 0.8...1.2))
  }
}
