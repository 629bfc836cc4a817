/// An attribute of profiles, with its unit.
public struct ProfileAttributeView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var valueRange: Range<Int>? = nil
  /// The key, by index in the string table.
  public private(set) var keyIndex: Int32 = 0
  /// The unit, by index in the string table.
  public private(set) var unitIndex: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: keyIndex = Int32(truncatingIfNeeded: field.bits)
      case 3: unitIndex = Int32(truncatingIfNeeded: field.bits)
      case 2: valueRange = field.value
      default: break
      }
    }
  }

  /// The value; nil where it is absent.
  public var value: AnyValueView? {
    @_lifetime(copy self)
    get {
      guard let range = valueRange else { return nil }
      return AnyValueView(bytes.extracting(range))
    }
  }
}
