/// An address in a binary.
public struct LocationView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  /// The mapping, by index in the dictionary.
  public private(set) var mappingIndex: Int32 = 0
  /// The address.
  public private(set) var address: UInt64 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: mappingIndex = Int32(truncatingIfNeeded: field.bits)
      case 2: address = field.bits
      default: break
      }
    }
  }

  /// The source lines, the innermost inlined one first.
  public var lines: ViewCursor<LineView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 3) }
  }

  /// The attributes, by index in the dictionary.
  public var attributeIndices: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 4, isFixed: false) }
  }
}
