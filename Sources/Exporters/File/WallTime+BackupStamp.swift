internal import Diagnostics
internal import Glibc

extension WallTime {
  /// Whole seconds since 1970, rounded down.
  var seconds: Int {
    Int(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
  }

  /// The moment as in the name of a file that was put aside: `2006-01-02T15-04-05.000`.
  func backupStamp(isLocal: Bool) -> String {
    var clock = time_t(seconds)
    var parts = unsafe tm()
    if isLocal {
      _ = unsafe localtime_r(&clock, &parts)
    } else {
      _ = unsafe gmtime_r(&clock, &parts)
    }
    let date = unsafe [
      (parts.tm_year + 1900).padded(to: 4), (parts.tm_mon + 1).padded(to: 2),
      parts.tm_mday.padded(to: 2),
    ]
    let time = unsafe [
      parts.tm_hour.padded(to: 2), parts.tm_min.padded(to: 2), parts.tm_sec.padded(to: 2),
    ]
    return date.joined(separator: "-") + "T" + time.joined(separator: "-") + "."
      + (Int(milliseconds) - seconds * 1000).padded(to: 3)
  }

  /// The moment written as `backupStamp`, nil where `text` is none.
  init?(backupStamp text: Substring, isLocal: Bool) {
    let bytes = Array(text.utf8)
    let template = Array("dddd-dd-ddTdd-dd-dd.ddd".utf8)
    guard bytes.count == template.count else { return nil }
    for (byte, wanted) in zip(bytes, template) {
      let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      guard wanted == UInt8(ascii: "d") ? isDigit : byte == wanted else { return nil }
    }
    let number = { (range: Range<Int>) in
      bytes[range].reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
    }
    var parts = unsafe tm()
    unsafe parts.tm_year = number(0..<4) - 1900
    unsafe parts.tm_mon = number(5..<7) - 1
    unsafe parts.tm_mday = number(8..<10)
    unsafe parts.tm_hour = number(11..<13)
    unsafe parts.tm_min = number(14..<16)
    unsafe parts.tm_sec = number(17..<19)
    unsafe parts.tm_isdst = -1
    let moment = isLocal ? unsafe mktime(&parts) : unsafe timegm(&parts)
    self.init(milliseconds: Int64(moment) * 1000 + Int64(number(20..<23)))
  }
}
