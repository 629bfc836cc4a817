/// One sample of a profile.
public struct SampleView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  /// The stack, by index in the dictionary.
  public private(set) var stackIndex: Int32 = 0
  /// The link to a span, by index in the dictionary; 0 for none.
  public private(set) var linkIndex: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: stackIndex = Int32(truncatingIfNeeded: field.bits)
      case 3: linkIndex = Int32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// The attributes, by index in the dictionary.
  public var attributeIndices: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 2, isFixed: false) }
  }

  /// The values, signed.
  public var values: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 4, isFixed: false) }
  }
}
