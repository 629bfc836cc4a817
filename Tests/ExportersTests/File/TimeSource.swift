import Diagnostics
import ExporterSupport
import Synchronization

@testable import Exporters

/// A calendar that stands still at 2026-03-01 12:00:00.250 UTC until a test moves it.
final class TimeSource: Sendable {
  private let seconds = Mutex(1_772_366_400)

  var now: WallTime { WallTime(milliseconds: Int64(seconds.withLock { $0 }) * 1000 + 250) }

  func advance(seconds amount: Int) {
    seconds.withLock { $0 += amount }
  }
}
