import ExporterSupport
import Synchronization

@testable import Exporters

/// A calendar that stands still at 2026-03-01 12:00:00.250 UTC until a test moves it.
final class TimeSource: Sendable {
  private let seconds = Mutex(1_772_366_400)

  var now: WallTime { WallTime(seconds: seconds.withLock { $0 }, nanoseconds: 250_000_000) }

  func advance(seconds amount: Int) {
    seconds.withLock { $0 += amount }
  }
}
