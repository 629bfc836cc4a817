/// When the rings are read next: soon while records come, seldom while it is quiet.
///
/// A round costs what thirty records do, most of it for what others pushed out of the processor's caches meanwhile. Where
/// records come in numbers they are let gather, at most for the longest that the rings' readers wait while there is
/// something to read; where few come, what /proc shows of a new process is asked for soon.
struct DrainRhythm {
  private static let shortestMilliseconds: Int64 = 5
  static let shortest = Duration.milliseconds(shortestMilliseconds)
  /// The most while records come: a quarter of the time that they wait for others before they are handed over.
  static let longestBusy = Duration.milliseconds(50)
  static let longest = Duration.milliseconds(250)
  /// Fewer records in the shortest time are not waited for.
  private static let fewRecords = 8
  /// As many records as make the cost of a round small.
  private static let manyRecords = 256
  private static let mostSharesBusy = Int(longestBusy / shortest)
  private static let mostShares = Int(longest / shortest)

  /// The time to the next reading in shares of the shortest: whole numbers, as this is asked each round.
  private var shares = 1
  private var isBusy = false

  /// Notes how many records the last reading brought; returns the time to the next.
  mutating func next(records: Int) -> Duration {
    // What came while it was quiet tells nothing of how many come now.
    let expected = isBusy ? records / shares : records
    isBusy = records > 0
    if !isBusy {
      shares = min(shares * 2, DrainRhythm.mostShares)
    } else if expected < DrainRhythm.fewRecords {
      shares = 1
    } else {
      shares = min(max(1, DrainRhythm.manyRecords / expected), DrainRhythm.mostSharesBusy)
    }
    return .milliseconds(Int64(shares) * DrainRhythm.shortestMilliseconds)
  }
}
