/// What a number in a profile counts.
public struct ValueTypeView: WireView, ~Escapable {
  /// The type's name, by index in the string table.
  public private(set) var typeIndex: Int32 = 0
  /// The unit, by index in the string table.
  public private(set) var unitIndex: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: typeIndex = Int32(truncatingIfNeeded: field.bits)
      case 2: unitIndex = Int32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }
}
