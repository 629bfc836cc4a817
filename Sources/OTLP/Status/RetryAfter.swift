/// The `Retry-After` field; RFC 9110 section 10.2.3.
public enum RetryAfter {
  /// The longest delay that is believed; a sender that waits longer has lost its data anyway.
  public static let maximum = Duration.seconds(24 * 3600)

  /// The delay that `value` asks for at `now`, nil where it is neither seconds nor a date.
  ///
  /// A date in the past is no delay; more than a day is a day.
  ///
  /// - Parameter now: The time in seconds since 1970-01-01 UTC.
  public static func delay(_ value: some StringProtocol, now: Int64) -> Duration? {
    let text = String(value).utf8.drop { $0 == 0x20 || $0 == 0x09 }
    let bytes = Array(text.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed())
    guard !bytes.isEmpty else { return nil }
    if bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      // More than nine digits are more than the maximum.
      guard bytes.count <= 9 else { return maximum }
      let seconds = bytes.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
      return min(.seconds(seconds), maximum)
    }
    guard let time = HTTPDate.seconds(bytes.span) else { return nil }
    let (difference, overflow) = time.subtractingReportingOverflow(now)
    guard !overflow else { return nil }
    return min(.seconds(max(difference, 0)), maximum)
  }

  /// The whole seconds to write for `delay`: rounded up, and at least one.
  static func seconds(_ delay: Duration) -> Int64 {
    let (seconds, attoseconds) = delay.components
    return max(1, attoseconds > 0 && seconds < .max ? seconds + 1 : seconds)
  }
}
