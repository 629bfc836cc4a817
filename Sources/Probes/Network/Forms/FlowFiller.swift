internal import Bytes
internal import Telemetry

/// Fills a flow's numbers into a form that the pen has put down.
///
/// The form's shape is that of the flow's record, so that each number has its room.
struct FlowFiller: ~Copyable, ~Escapable {
  private(set) var pen: RecordPen
  private let places: Span<FlowBlank.Place>

  /// Goes on with a pen that has written nothing but a form in which the blanks have these places.
  @inline(__always)
  @_lifetime(copy places)
  init(_ pen: consuming RecordPen, _ places: Span<FlowBlank.Place>) {
    precondition(places.count == FlowBlank.count, "a form without places for its numbers")
    self.pen = pen
    self.places = places
  }

  @inline(__always)
  private func place(of blank: FlowBlank) -> FlowBlank.Place {
    // There are as many as blanks, by the check at the beginning.
    unsafe places[unchecked: blank.rawValue]
  }

  /// Fills in a number of eight bytes.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func fill(_ blank: FlowBlank, word: UInt64) {
    pen.fill(at: place(of: blank).offset, with: word)
  }

  /// Fills in the last eight digits of a number, or as many as it has.
  @inline(__always)
  @_lifetime(self: copy self)
  private mutating func fill(_ blank: FlowBlank, digitsOf number: UInt64) {
    let place = place(of: blank)
    let digits = RecordPen.hexadecimalWord(number & 0xffff_ffff) &>> UInt64(place.shift)
    pen.fill(at: place.offset, with: digits | place.rest)
  }
}

extension FlowFiller: FlowFields {
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func number(_ blank: FlowBlank, _ key: StaticString, _ value: UInt64, if isThere: Bool) {
    let place = place(of: blank)
    pen.fill(at: place.offset, with: VarintWord.spread(value) | place.rest)
  }

  @inline(__always)
  @_lifetime(self: copy self)
  mutating func seconds(
    _ blank: FlowBlank, _ key: StaticString, _ count: UInt64, of parts: Double, if isThere: Bool
  ) {
    if isThere { fill(blank, word: (Double(count) / parts).bitPattern) }
  }

  @inline(__always)
  @_lifetime(self: copy self)
  mutating func id(_ key: StaticString, _ cookie: UInt64, _ opened: UInt64) {
    if cookie >> 32 != 0 { fill(.cookieHigh, digitsOf: cookie >> 32) }
    fill(.cookieLow, digitsOf: cookie)
    if opened >> 32 != 0 { fill(.openedHigh, digitsOf: opened >> 32) }
    fill(.openedLow, digitsOf: opened)
  }

  @inline(__always)
  @_lifetime(self: copy self)
  mutating func text(_ key: StaticString, _ number: UInt16, _ text: @autoclosure () -> String) {}

  @inline(__always)
  @_lifetime(self: copy self)
  mutating func truth(_ key: StaticString, if isTrue: Bool) {}
}
