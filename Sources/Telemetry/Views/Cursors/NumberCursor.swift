internal import Bytes

/// Goes through the numbers of one repeated field, packed or not, in order.
public struct NumberCursor: ~Escapable {
  private let bytes: Span<UInt8>
  private var fields: FieldCursor
  private var packed: WireReader
  private let number: Int
  private let isFixed: Bool

  /// A cursor over the fields `number` of the message `bytes`, 64 bits wide where `isFixed`.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, field number: Int, isFixed: Bool) {
    self.bytes = bytes
    fields = FieldCursor(bytes, 0..<bytes.count)
    packed = WireReader(bytes, in: 0..<0)
    self.number = number
    self.isFixed = isFixed
  }

  /// The next number's bits, nil behind the last; a double's are those of its bit pattern.
  @_lifetime(self: copy self)
  public mutating func next() -> UInt64? {
    while true {
      if !packed.isAtEnd {
        return isFixed ? try? packed.readFixed64() : try? packed.readVarint()
      }
      guard let field = fields.next() else { return nil }
      if field.number != number { continue }
      if field.type != .length { return field.bits }
      packed = WireReader(bytes, in: field.value)
    }
  }

  /// The next number where the field holds signed integers.
  @_lifetime(self: copy self)
  public mutating func nextInt64() -> Int64? { next().map { Int64(bitPattern: $0) } }

  /// The next number where the field holds doubles.
  @_lifetime(self: copy self)
  public mutating func nextDouble() -> Double? { next().map { Double(bitPattern: $0) } }
}
