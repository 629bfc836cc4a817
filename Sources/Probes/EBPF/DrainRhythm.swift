/// When the rings are read next: soon while records come, seldom while it is quiet.
struct DrainRhythm {
  static let shortest = Duration.milliseconds(5)
  static let longest = Duration.milliseconds(250)

  private(set) var wait = shortest

  /// Notes whether the last reading brought anything; returns the time to the next.
  mutating func next(hadRecords: Bool) -> Duration {
    wait = hadRecords ? DrainRhythm.shortest : min(wait * 2, DrainRhythm.longest)
    return wait
  }
}
