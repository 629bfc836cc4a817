internal import Bytes

/// Goes through the nested messages of one repeated field, in order.
public struct ViewCursor<View: WireView & ~Escapable>: ~Escapable {
  private let bytes: Span<UInt8>
  private var fields: FieldCursor
  private let number: Int

  /// A cursor over the fields `number` of the message `bytes`.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, field number: Int) {
    self.bytes = bytes
    fields = FieldCursor(bytes, 0..<bytes.count)
    self.number = number
  }

  /// The next message, nil behind the last.
  @_lifetime(copy self)
  public mutating func next() -> View? {
    while let field = fields.next() {
      if field.number == number, field.type == .length {
        return View(bytes.extracting(field.value))
      }
    }
    return nil
  }
}
