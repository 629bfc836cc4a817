/// When the rings are read next: soon while records come, seldom while it is quiet.
///
/// A round costs what ten records do. Where they come in numbers they are let gather, at most for the longest that
/// the rings' readers wait while there is something to read; where few come, what /proc shows of a new process is
/// asked for soon.
struct DrainRhythm {
  static let shortest = Duration.milliseconds(5)
  /// The most while records come: a tenth of the time that they wait for others before they are handed over.
  static let longestBusy = Duration.milliseconds(20)
  static let longest = Duration.milliseconds(250)
  /// Fewer records in the shortest time are not waited for.
  private static let fewRecords = 8
  /// As many records as make the cost of a round small.
  private static let manyRecords = 128

  private(set) var wait = shortest
  private var isBusy = false

  /// Notes how many records the last reading brought; returns the time to the next.
  mutating func next(records: Int) -> Duration {
    defer { isBusy = records > 0 }
    guard records > 0 else {
      wait = min(wait * 2, DrainRhythm.longest)
      return wait
    }
    // What came while it was quiet tells nothing of how many come now.
    let shares = isBusy ? max(1, Int(wait / DrainRhythm.shortest)) : 1
    let expected = records / shares
    wait =
      expected < DrainRhythm.fewRecords
      ? DrainRhythm.shortest
      : min(
        DrainRhythm.shortest * max(1, DrainRhythm.manyRecords / expected), DrainRhythm.longestBusy)
    return wait
  }
}
