import Testing

@testable import OTLP

@Suite struct RetryAfterTests {
  @Test(
    "seconds and dates are read; RFC 9110 section 10.2.3",
    arguments: [
      ("0", 0), ("5", 5), ("120", 120), (" 7 ", 7), ("0000000005", 86_400), ("86401", 86_400),
      ("99999999999999999999999", 86_400), ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
      ("Sun, 06 Nov 1994 08:49:38 GMT", 1), ("Sun, 06 Nov 1994 08:49:36 GMT", 0),
      ("Mon, 07 Nov 1994 08:49:36 GMT", 86_399), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Fri, 31 Dec 9999 23:59:60 GMT", 86_400),
    ])
  func delays(text: String, seconds: Int) {
    #expect(RetryAfter.delay(text, now: 784_111_777) == .seconds(seconds))
  }

  @Test(
    "what is neither is nothing",
    arguments: [
      "", " ", "-1", "+1", "1.5", "1s", "soon", "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
      "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT+1",
      "Sun, 06 Nov 19\u{E9} 08:49:37 GMT",
    ])
  func nothing(text: String) {
    #expect(RetryAfter.delay(text, now: 0) == nil)
  }

  @Test(
    "dates are counted in the Gregorian calendar",
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
      ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
      ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799),
      ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
    ])
  func dates(text: String, seconds: Int64) {
    #expect(HTTPDate.seconds(Array(text.utf8).span) == seconds)
  }

  @Test("delays are written in whole seconds, rounded up, at least one")
  func written() {
    #expect(RetryAfter.seconds(.zero) == 1)
    #expect(RetryAfter.seconds(.milliseconds(1)) == 1)
    #expect(RetryAfter.seconds(.milliseconds(1001)) == 2)
    #expect(RetryAfter.seconds(.seconds(30)) == 30)
  }
}
