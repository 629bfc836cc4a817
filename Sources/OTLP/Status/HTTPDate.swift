internal import Bytes

/// A date as HTTP writes it, `Sun, 06 Nov 1994 08:49:37 GMT`; RFC 9110 section 5.6.7, IMF-fixdate.
enum HTTPDate {
  private static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)
  private static let days = Array("MonTueWedThuFriSatSun".utf8)
  private static let shape = Array("   , 00     0000 00:00:00 GMT".utf8)

  /// The seconds from 1970-01-01 UTC to the date, nil where `text` is no such date.
  static func seconds(_ text: Span<UInt8>) -> Int64? {
    guard text.count == shape.count, hasShape(text) else { return nil }
    guard index(of: text.extracting(0..<3), in: days) != nil,
      let month = index(of: text.extracting(8..<11), in: months)
    else { return nil }
    let day = number(text, 5..<7)
    let year = number(text, 12..<16)
    let hour = number(text, 17..<19)
    let minute = number(text, 20..<22)
    let second = number(text, 23..<25)
    // 60 is a leap second.
    guard day >= 1, day <= 31, hour < 24, minute < 60, second <= 60 else { return nil }
    return dayNumber(year: year, month: month + 1, day: day) * 86_400
      + hour * 3600 + minute * 60 + second
  }

  private static func hasShape(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      let isName = index < 3 || (8..<11).contains(index)
      if isName { continue }
      if shape[index] == UInt8(ascii: "0") {
        guard text.digit(at: index) != nil else { return false }
      } else if text[index] != shape[index] {
        return false
      }
    }
    return true
  }

  private static func index(of name: Span<UInt8>, in names: [UInt8]) -> Int64? {
    for start in stride(from: 0, to: names.count, by: 3)
    where names.span.extracting(start..<start + 3).isEqual(to: name) {
      return Int64(start / 3)
    }
    return nil
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int64 {
    var value: Int64 = 0
    for index in range { value = value * 10 + (text.digit(at: index) ?? 0) }
    return value
  }

  /// The days from 1970-01-01 to a date of the Gregorian calendar.
  private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years that begin in March have their leap day last; 719468 days lie before 1970-01-01.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
