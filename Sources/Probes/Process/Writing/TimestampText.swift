internal import Bytes
internal import Diagnostics

/// Writes moments as RFC 3339 in UTC with milliseconds, each second made into text once.
struct TimestampText {
  /// Moments come in the order of events, and beside them those at which long-lived processes started.
  private static let slotCount = 64
  /// What stands before the milliseconds.
  private static let prefixByteCount = 20

  private var seconds = [Int64](repeating: .min, count: TimestampText.slotCount)
  private var prefixes = [ByteSlice](repeating: .empty, count: TimestampText.slotCount)

  /// The bytes of a text.
  static let byteCount = 24

  /// Appends the moment.
  mutating func append(_ time: WallTime, to buffer: inout ByteBuffer) {
    let (slot, fraction) = find(time)
    buffer.append(prefixes[slot])
    buffer.append(0x30 + UInt8(fraction / 100))
    buffer.append(0x30 + UInt8(fraction / 10 % 10))
    buffer.append(0x30 + UInt8(fraction % 10))
    buffer.append(UInt8(ascii: "Z"))
  }

  /// Writes the moment.
  mutating func put(_ time: WallTime, to pen: inout RecordPen) {
    let (slot, fraction) = find(time)
    let prefix = prefixes[slot]
    pen.put(prefix.span)
    pen.put(byte: 0x30 + UInt8(fraction / 100))
    pen.put(byte: 0x30 + UInt8(fraction / 10 % 10))
    pen.put(byte: 0x30 + UInt8(fraction % 10))
    pen.put(byte: UInt8(ascii: "Z"))
  }

  /// Where the text of the moment's second is, and the milliseconds behind it.
  private mutating func find(_ time: WallTime) -> (slot: Int, fraction: Int64) {
    let milliseconds = time.milliseconds
    let fraction = (milliseconds % 1000 + 1000) % 1000
    let second = (milliseconds - fraction) / 1000
    let slot = Int(second & Int64(TimestampText.slotCount - 1))
    if seconds[slot] != second {
      let text = WallTime(milliseconds: second * 1000).text
      prefixes[slot] = ByteSlice(text)[0..<TimestampText.prefixByteCount]
      seconds[slot] = second
    }
    return (slot, fraction)
  }
}
