internal import Queues
internal import Telemetry

/// Picks the batches that are written: the first of each second, then every n-th.
///
/// Confined to the sender's shard.
final class DebugSampler {
  private struct Second {
    var start: MonotonicTime
    var count = 0
  }

  private let initial: Int
  private let thereafter: Int
  private var seconds: [Signal: Second] = [:]

  init(initial: Int, thereafter: Int) {
    self.initial = initial
    self.thereafter = thereafter
  }

  /// Whether a batch of `signal` that comes at `now` is written.
  func admit(_ signal: Signal, at now: MonotonicTime) -> Bool {
    var second = seconds[signal] ?? Second(start: now)
    if now - second.start >= .seconds(1) { second = Second(start: now) }
    second.count += 1
    seconds[signal] = second
    if second.count <= initial { return true }
    return thereafter > 0 && (second.count - initial) % thereafter == 0
  }
}
