internal import Bytes
internal import Diagnostics
internal import Identity
internal import Telemetry

/// The numbers of a record that is being written, and where in it they lie.
struct RecordDraft {
  /// The values of the numbers.
  var numbers = RecordNumbers()
  private var placeCount = 0
  /// No record has more than nineteen.
  private var allPlaces = InlineArray<24, NumberPlace>(
    repeating: NumberPlace(number: 0, form: .fixed, width: 0, end: 0))
  /// What lies before the pen's first byte.
  private var base = 0

  /// Where the numbers lie.
  var places: Span<NumberPlace> {
    @_lifetime(borrow self)
    get { allPlaces.span.extracting(0..<placeCount) }
  }

  /// Begins a record whose head was just written.
  mutating func begin(_ head: RecordHead, headStart: Int) {
    placeCount = 0
    base = headStart + head.byteCount
    note(.time, .fixed, width: 8, end: headStart + RecordHead.timeOffset + 8)
    note(.observed, .fixed, width: 8, end: headStart + head.observedOffset + 8)
  }

  /// Writes an attribute with a whole number.
  @inline(__always)
  mutating func attribute(_ key: StaticString, _ number: RecordNumber, to pen: inout RecordPen) {
    let value = numbers[number]
    pen.attribute(key, number: value)
    note(
      number, .varint, width: ByteBuffer.varintByteCount(value), end: base + pen.count)
  }

  /// Writes an attribute with a fraction.
  @inline(__always)
  mutating func attribute(
    _ key: StaticString, fraction number: RecordNumber, to pen: inout RecordPen
  ) {
    pen.attribute(key, Double(bitPattern: numbers[number]))
    note(number, .fixed, width: 8, end: base + pen.count)
  }

  /// Writes an attribute with a moment.
  @inline(__always)
  mutating func attribute(
    _ key: StaticString, moment number: RecordNumber, _ times: inout TimestampText,
    to pen: inout RecordPen
  ) {
    pen.attribute(
      key, utf8: times.text(WallTime(milliseconds: Int64(bitPattern: numbers[number]))))
    note(number, .moment, width: TimestampText.byteCount, end: base + pen.count)
  }

  /// Writes a number in decimal digits.
  @inline(__always)
  mutating func decimal(_ number: RecordNumber, to pen: inout RecordPen) {
    let value = numbers[number]
    let width = value.decimalDigitCount
    pen.put(decimal: value, digitCount: width)
    note(number, .decimal, width: width, end: base + pen.count)
  }

  /// Writes a body of about `expected` bytes, which `text` writes.
  @inline(__always)
  mutating func body(
    expecting expected: Int, to pen: inout RecordPen,
    _ text: (inout RecordDraft, inout RecordPen) -> Void
  ) {
    let first = placeCount
    var end = 0
    pen.body(expecting: expected) { pen in
      text(&self, &pen)
      end = pen.count
    }
    // The text is moved where its length is not as wide as expected.
    let shift = pen.count - end
    guard shift != 0 else { return }
    for index in first..<placeCount {
      allPlaces[index].end = UInt16(truncatingIfNeeded: Int(allPlaces[index].end) + shift)
    }
  }

  @inline(__always)
  private mutating func note(
    _ number: RecordNumber, _ form: NumberPlace.Form, width: Int, end: Int
  ) {
    allPlaces[placeCount] = NumberPlace(
      number: number.rawValue, form: form, width: UInt8(truncatingIfNeeded: width),
      end: UInt16(truncatingIfNeeded: end))
    placeCount += 1
  }
}
