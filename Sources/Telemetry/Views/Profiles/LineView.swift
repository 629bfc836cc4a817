/// A line of source.
public struct LineView: WireView, ~Escapable {
  /// The function, by index in the dictionary.
  public private(set) var functionIndex: Int32 = 0
  /// The line, 0 where unknown.
  public private(set) var line: Int64 = 0
  /// The column, 0 where unknown.
  public private(set) var column: Int64 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: functionIndex = Int32(truncatingIfNeeded: field.bits)
      case 2: line = Int64(bitPattern: field.bits)
      case 3: column = Int64(bitPattern: field.bits)
      default: break
      }
    }
  }
}
