public import Diagnostics

/// Writes moments as RFC 3339 in UTC with milliseconds, the date of each day made into text once.
public struct TimestampText: ~Copyable {
  /// The bytes of a text.
  public static let byteCount = 24
  private static let millisecondsPerDay: Int64 = 86_400_000
  /// Moments are of today, and beside them those at which long-lived processes started.
  private static let slotCount = 8

  private var days = [Int64](repeating: .min, count: TimestampText.slotCount)
  private var midnights = [InlineArray<24, UInt8>](
    repeating: InlineArray(repeating: 0x30), count: TimestampText.slotCount)
  /// The text of a moment within `second`, in milliseconds since 1970.
  private var text = InlineArray<24, UInt8>(repeating: 0x30)
  private var second = Int64.min

  /// A writer that has made no text yet.
  public init() {}

  /// The moment's text, until the next call; its year must have four digits.
  @_lifetime(&self)
  public mutating func text(_ time: WallTime) -> Span<UInt8> {
    var fraction = time.milliseconds % 1000
    if fraction < 0 { fraction += 1000 }
    // Records of one second come together.
    if time.milliseconds - fraction != second { set(second: time.milliseconds - fraction) }
    let digits = UInt32(truncatingIfNeeded: fraction)
    text[20] = UInt8(truncatingIfNeeded: 0x30 + digits / 100)
    set(21, digits % 100)
    return text.span
  }

  /// Writes the second that begins so many milliseconds after 1970.
  private mutating func set(second: Int64) {
    self.second = second
    var rest = second % TimestampText.millisecondsPerDay
    if rest < 0 { rest += TimestampText.millisecondsPerDay }
    text = midnight((second - rest) / TimestampText.millisecondsPerDay)
    // Less than a day: 32 bits divide faster.
    let seconds = UInt32(truncatingIfNeeded: rest) / 1000
    set(11, seconds / 3600)
    set(14, seconds / 60 % 60)
    set(17, seconds % 60)
  }

  /// The text of a day's first moment.
  private mutating func midnight(_ day: Int64) -> InlineArray<24, UInt8> {
    let slot = Int(day & Int64(TimestampText.slotCount - 1))
    if days[slot] != day {
      days[slot] = day
      let bytes = WallTime(milliseconds: day * TimestampText.millisecondsPerDay).text.utf8Span.span
      for index in 0..<min(bytes.count, TimestampText.byteCount) {
        midnights[slot][index] = bytes[index]
      }
    }
    return midnights[slot]
  }

  /// Writes two digits.
  @inline(__always)
  private mutating func set(_ index: Int, _ number: UInt32) {
    text[index] = UInt8(truncatingIfNeeded: 0x30 + number / 10)
    text[index + 1] = UInt8(truncatingIfNeeded: 0x30 + number % 10)
  }
}
