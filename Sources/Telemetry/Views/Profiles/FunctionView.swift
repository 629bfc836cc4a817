/// A function.
public struct FunctionView: WireView, ~Escapable {
  /// The name, by index in the string table.
  public private(set) var nameIndex: Int32 = 0
  /// The name as the binary has it, by index in the string table.
  public private(set) var systemNameIndex: Int32 = 0
  /// The source file, by index in the string table.
  public private(set) var filenameIndex: Int32 = 0
  /// Its first line, 0 where unknown.
  public private(set) var startLine: Int64 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: nameIndex = Int32(truncatingIfNeeded: field.bits)
      case 2: systemNameIndex = Int32(truncatingIfNeeded: field.bits)
      case 3: filenameIndex = Int32(truncatingIfNeeded: field.bits)
      case 4: startLine = Int64(bitPattern: field.bits)
      default: break
      }
    }
  }
}
