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
  private var text = InlineArray<24, UInt8>(repeating: 0x30)

  /// A writer that has made no text yet.
  public init() {}

  /// The moment's text, until the next call; its year must have four digits.
  @_lifetime(&self)
  public mutating func text(_ time: WallTime) -> Span<UInt8> {
    var rest = time.milliseconds % TimestampText.millisecondsPerDay
    if rest < 0 { rest += TimestampText.millisecondsPerDay }
    text = midnight((time.milliseconds - rest) / TimestampText.millisecondsPerDay)
    // Less than a day: 32 bits divide faster.
    let milliseconds = UInt32(truncatingIfNeeded: rest)
    let seconds = milliseconds / 1000
    let fraction = milliseconds % 1000
    set(11, seconds / 3600)
    set(14, seconds / 60 % 60)
    set(17, seconds % 60)
    text[20] = UInt8(truncatingIfNeeded: 0x30 + fraction / 100)
    set(21, fraction % 100)
    return text.span
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
