internal import Glibc

/// A moment of the world's clock, in milliseconds since 1970 without leap seconds.
public struct WallTime: Sendable, Hashable {
  /// The milliseconds.
  public let milliseconds: Int64

  /// The moment `milliseconds` after the beginning of 1970.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The present moment.
  public static func now() -> WallTime {
    var time = timespec()
    // unsafe: the pointer is valid for the call.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// RFC 3339 in UTC with milliseconds, such as `2026-01-31T23:59:59.999Z`.
  public var text: String {
    let calendar = calendar
    let date = [
      calendar.date.year.padded(to: 4), calendar.date.month.padded(to: 2),
      calendar.date.day.padded(to: 2),
    ]
    let time = calendar.time.map { $0.padded(to: 2) }
    return "\(date.joined(separator: "-"))T\(time.joined(separator: ":"))"
      + ".\(calendar.milliseconds.padded(to: 3))Z"
  }

  /// The moment as people say it, in UTC.
  struct Calendar {
    var dayNumber: Int64
    var date: CivilDate
    /// Hours, minutes and seconds.
    var time: [Int64]
    var milliseconds: Int64
  }

  var calendar: Calendar {
    let (days, rest) = WallTime.divide(milliseconds, by: 86_400_000)
    let (seconds, fraction) = WallTime.divide(rest, by: 1000)
    return Calendar(
      dayNumber: days, date: CivilDate(daysSinceEpoch: days),
      time: [seconds / 3600, seconds / 60 % 60, seconds % 60], milliseconds: fraction)
  }

  private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let rest = (value % divisor + divisor) % divisor
    return ((value - rest) / divisor, rest)
  }
}
