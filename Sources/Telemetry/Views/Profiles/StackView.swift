/// A stack of locations.
public struct StackView: WireView, ~Escapable {
  private let bytes: Span<UInt8>

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      default: break
      }
    }
  }

  /// The locations, the leaf first, by index in the dictionary.
  public var locationIndices: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 1, isFixed: false) }
  }
}
