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
      WallTime.padded(calendar.year, 4), WallTime.padded(calendar.month, 2),
      WallTime.padded(calendar.day, 2),
    ]
    let time = calendar.time.map { WallTime.padded($0, 2) }
    return "\(date.joined(separator: "-"))T\(time.joined(separator: ":"))"
      + ".\(WallTime.padded(calendar.milliseconds, 3))Z"
  }

  /// The moment as people say it, in UTC.
  struct Calendar {
    var dayNumber: Int64
    var year: Int64
    var month: Int64
    var day: Int64
    /// Hours, minutes and seconds.
    var time: [Int64]
    var milliseconds: Int64
  }

  var calendar: Calendar {
    let (days, rest) = WallTime.divide(milliseconds, by: 86_400_000)
    let (year, month, day) = WallTime.date(of: days)
    let (seconds, fraction) = WallTime.divide(rest, by: 1000)
    return Calendar(
      dayNumber: days, year: year, month: month, day: day,
      time: [seconds / 3600, seconds / 60 % 60, seconds % 60], milliseconds: fraction)
  }

  /// The date of a day counted from 1970, in years that begin in March, 400 of which repeat.
  private static func date(of days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, day) = divide(days + 719_468, by: 146_097)
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    let years = year + era * 400 + (month <= 2 ? 1 : 0)
    return (years, month, dayOfYear - (153 * march + 2) / 5 + 1)
  }

  private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let rest = (value % divisor + divisor) % divisor
    return ((value - rest) / divisor, rest)
  }

  static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
