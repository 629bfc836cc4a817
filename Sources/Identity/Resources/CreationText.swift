internal import Bytes
internal import Diagnostics

/// Writes times of creation, and works out the date only where it is another than before.
struct CreationText: ~Copyable {
  private static let millisecondsPerDay: Int64 = 86_400_000

  private var day: Int64?
  private var date = ByteSlice.empty
  private var text = ByteBuffer(minimumCapacity: 32)

  /// The time as RFC 3339 in UTC with milliseconds, until the next call.
  @_lifetime(&self)
  mutating func text(_ time: WallTime) -> Span<UInt8> {
    var rest = time.milliseconds % CreationText.millisecondsPerDay
    if rest < 0 { rest += CreationText.millisecondsPerDay }
    let day = time.milliseconds - rest
    if day != self.day {
      self.day = day
      date = ByteSlice(String(WallTime(milliseconds: day).text.prefix { $0 != "T" }))
    }
    text.truncate(to: 0)
    text.append(date)
    append("T", rest / 3_600_000, width: 2)
    append(":", rest / 60_000 % 60, width: 2)
    append(":", rest / 1000 % 60, width: 2)
    append(".", rest % 1000, width: 3)
    text.append("Z")
    return text.span
  }

  private mutating func append(_ mark: StaticString, _ value: Int64, width: Int) {
    text.append(mark)
    if width == 3 { text.append(UInt8(truncatingIfNeeded: 0x30 + value / 100)) }
    text.append(UInt8(truncatingIfNeeded: 0x30 + value / 10 % 10))
    text.append(UInt8(truncatingIfNeeded: 0x30 + value % 10))
  }
}
