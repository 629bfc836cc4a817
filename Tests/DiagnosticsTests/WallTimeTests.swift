import Diagnostics
import Testing

@Suite struct WallTimeTests {
  @Test(
    "HTTP's form of a date (RFC 9110 section 5.6.7)",
    arguments: [
      (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (-1000, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (1_709_164_800_000, "Thu, 29 Feb 2024 00:00:00 GMT"),
    ])
  func httpDate(milliseconds: Int64, text: String) {
    #expect(WallTime(milliseconds: milliseconds).httpDate == text)
  }
}
