import Diagnostics
import Testing

@Suite struct LogValueTests {
  @Test("takes numbers as they are written")
  func values() {
    let count = 3
    #expect(LogValue.int(count) == .int(3))
    let value: LogValue = 1.5
    #expect(value == .double(1.5))
  }

  @Test(
    "shows durations with their unit",
    arguments: [
      (Duration.zero, "0s"), (.microseconds(15), "15us"), (.milliseconds(20), "20ms"),
      (.milliseconds(1500), "1.5s"), (.seconds(90), "90s"),
    ])
  func durations(duration: Duration, text: String) {
    #expect(LogValue.duration(duration) == .string(text))
  }

  @Test(
    "shows times as RFC 3339 in UTC with milliseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_709_164_800_001, "2024-02-29T00:00:00.001Z"),
      (951_782_399_999, "2000-02-28T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func times(milliseconds: Int64, text: String) {
    #expect(WallTime(milliseconds: milliseconds).text == text)
  }
}
