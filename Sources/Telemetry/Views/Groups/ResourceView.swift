/// What produced telemetry.
public struct ResourceView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  /// The number of attributes that the sender dropped.
  public private(set) var droppedAttributeCount: UInt32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 2: droppedAttributeCount = UInt32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 1) }
  }
}
