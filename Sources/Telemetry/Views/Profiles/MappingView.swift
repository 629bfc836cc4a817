/// A binary mapped into memory.
public struct MappingView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  /// Its first address.
  public private(set) var memoryStart: UInt64 = 0
  /// The address behind it.
  public private(set) var memoryLimit: UInt64 = 0
  /// Where in the file it begins.
  public private(set) var fileOffset: UInt64 = 0
  /// The file's name, by index in the string table.
  public private(set) var filenameIndex: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: memoryStart = field.bits
      case 2: memoryLimit = field.bits
      case 3: fileOffset = field.bits
      case 4: filenameIndex = Int32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// The attributes, by index in the dictionary.
  public var attributeIndices: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 5, isFixed: false) }
  }
}
