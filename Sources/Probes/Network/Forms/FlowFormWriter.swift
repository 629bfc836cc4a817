internal import Bytes
internal import Telemetry

/// Writes the fields of a flow's record and notes where numbers are.
struct FlowFormWriter: ~Copyable {
  private(set) var pen: RecordPen
  private(set) var notes: [Note] = []

  /// Where a number is, from where the pen began, and which bits there are its own.
  struct Note {
    var blank: FlowBlank
    var offset: Int
    var bits = UInt64.max
    var shift = 0
  }

  /// A writer that goes on with the pen.
  init(_ pen: consuming RecordPen) {
    self.pen = pen
  }

  /// Notes the digits of a number, of which there are `count`, the last one before `end`.
  private mutating func note(_ high: FlowBlank, _ low: FlowBlank, digits count: Int, end: Int) {
    let lowCount = min(8, count)
    noteDigits(low, lowCount, at: end - lowCount)
    if count > lowCount { noteDigits(high, count - lowCount, at: end - count) }
  }

  private mutating func noteDigits(_ blank: FlowBlank, _ count: Int, at offset: Int) {
    let shift = 8 * (8 - count)
    notes.append(Note(blank: blank, offset: offset, bits: .max >> UInt64(shift), shift: shift))
  }
}

extension FlowFormWriter: FlowFields {
  mutating func number(_ blank: FlowBlank, _ key: StaticString, _ value: UInt64, if isThere: Bool) {
    guard isThere else { return }
    pen.attribute(key, Int64(bitPattern: value))
    let byteCount = ByteBuffer.varintByteCount(value)
    // Those of more bytes are not filled in.
    let bits = VarintWord.bits(byteCount: min(8, byteCount))
    notes.append(Note(blank: blank, offset: pen.count - byteCount, bits: bits))
  }

  mutating func seconds(
    _ blank: FlowBlank, _ key: StaticString, _ count: UInt64, of parts: Double, if isThere: Bool
  ) {
    guard isThere else { return }
    pen.attribute(key, Double(count) / parts)
    notes.append(Note(blank: blank, offset: pen.count - 8))
  }

  mutating func id(_ key: StaticString, _ cookie: UInt64, _ opened: UInt64) {
    pen.attribute(key, hexadecimal: cookie, opened)
    let (end, count) = (pen.count, opened.hexadecimalDigitCount)
    note(.cookieHigh, .cookieLow, digits: cookie.hexadecimalDigitCount, end: end - count - 1)
    note(.openedHigh, .openedLow, digits: count, end: end)
  }

  mutating func text(_ key: StaticString, _ number: UInt16, _ text: @autoclosure () -> String) {
    if number != 0 { pen.attribute(key, utf8: text().utf8Span.span) }
  }

  mutating func truth(_ key: StaticString, if isTrue: Bool) {
    if isTrue { pen.attribute(key, true) }
  }
}
