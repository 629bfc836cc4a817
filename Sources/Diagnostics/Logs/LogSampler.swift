/// Decides which lines are written: the first of a kind in each tick, and every so-manieth after.
struct LogSampler {
  /// A line is of the same kind as others of its level and message.
  struct Kind: Hashable {
    let level: LogLevel
    let message: String
  }

  /// What to do with a line.
  enum Decision: Equatable {
    case write
    case leaveOut
  }

  private struct Count {
    var seen: Int
    var leftOut: Int
    var end: WallTime
  }

  /// The kinds that are counted apart; what exceeds them in one tick is written without counting.
  static let kinds = 4096

  private let sampling: LogSampling
  private let tick: Int64
  private var counts: [Kind: Count] = [:]
  private var nextSweep = WallTime(milliseconds: .min)

  /// A sampler that has seen nothing.
  init(_ sampling: LogSampling) {
    self.sampling = sampling
    let (seconds, attoseconds) = sampling.tick.components
    tick = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }

  /// Counts a line.
  mutating func decide(_ kind: Kind, at time: WallTime) -> Decision {
    guard counts[kind] != nil || counts.count < LogSampler.kinds else { return .write }
    let end = WallTime(milliseconds: time.milliseconds + tick)
    var count = counts[kind] ?? Count(seen: 0, leftOut: 0, end: end)
    count.seen += 1
    let beyond = count.seen - sampling.initial
    let isWritten =
      beyond <= 0 || sampling.thereafter > 0 && beyond % sampling.thereafter == 0
    if !isWritten { count.leftOut += 1 }
    counts[kind] = count
    return isWritten ? .write : .leaveOut
  }

  /// Forgets the ticks that have ended; returns what they left out, for a line each.
  mutating func ended(at time: WallTime) -> [(kind: Kind, leftOut: Int)] {
    // A clock that is set back by more than a tick must not silence lines until it catches up.
    let isBack = nextSweep.milliseconds > time.milliseconds + tick
    guard time.milliseconds >= nextSweep.milliseconds || isBack else { return [] }
    var report: [(kind: Kind, leftOut: Int)] = []
    var next = time.milliseconds + tick
    counts = counts.filter { kind, count in
      if count.end.milliseconds > time.milliseconds, !isBack {
        next = min(next, count.end.milliseconds)
        return true
      }
      if count.leftOut > 0 { report.append((kind, count.leftOut)) }
      return false
    }
    nextSweep = WallTime(milliseconds: next)
    return report.sorted { $0.kind.message < $1.kind.message }
  }

  /// Everything left out so far, forgotten after.
  mutating func flush() -> [(kind: Kind, leftOut: Int)] {
    defer { counts = [:] }
    return counts.filter { $0.value.leftOut > 0 }.map { ($0.key, $0.value.leftOut) }
      .sorted { $0.kind.message < $1.kind.message }
  }
}
