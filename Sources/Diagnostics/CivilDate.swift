/// A day of the Gregorian calendar.
public struct CivilDate: Sendable, Hashable {
  /// The year.
  public let year: Int64
  /// The month, from 1.
  public let month: Int64
  /// The day of the month, from 1.
  public let day: Int64

  /// The day that is `daysSinceEpoch` after 1970-01-01, or before it.
  public init(daysSinceEpoch: Int64) {
    // Years are counted from March, so that the leap day is the last of its year; 400 of them repeat.
    let shifted = daysSinceEpoch + 719_468
    let dayOfEra = (shifted % 146_097 + 146_097) % 146_097
    let era = (shifted - dayOfEra) / 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
