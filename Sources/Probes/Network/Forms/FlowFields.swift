/// What is given the fields of a flow's record one after the other, and makes of them what it is for.
///
/// So the fields are listed in one place, whoever asks: all who do are inlined, and compute nothing that they do not use.
protocol FlowFields: ~Copyable, ~Escapable {
  /// A whole number.
  @_lifetime(self: copy self)
  mutating func number(_ blank: FlowBlank, _ key: StaticString, _ value: UInt64, if isThere: Bool)
  /// A time of `count` parts, of which a second has `parts`.
  @_lifetime(self: copy self)
  mutating func seconds(
    _ blank: FlowBlank, _ key: StaticString, _ count: UInt64, of parts: Double, if isThere: Bool)
  /// The flow's cookie and when it was opened as hexadecimal text with a hyphen between them.
  @_lifetime(self: copy self)
  mutating func id(_ key: StaticString, _ cookie: UInt64, _ opened: UInt64)
  /// A text, which follows from `number`; none for 0.
  @_lifetime(self: copy self)
  mutating func text(_ key: StaticString, _ number: UInt16, _ text: @autoclosure () -> String)
  /// What is told only where it is so.
  @_lifetime(self: copy self)
  mutating func truth(_ key: StaticString, if isTrue: Bool)
}

extension FlowFields where Self: ~Copyable & ~Escapable {
  /// A whole number that every record has.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func number(_ blank: FlowBlank, _ key: StaticString, _ value: UInt64) {
    number(blank, key, value, if: true)
  }
}
