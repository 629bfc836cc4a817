/// An attribute.
public struct KeyValueView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var keyRange = 0..<0
  private var valueRange: Range<Int>? = nil
  /// The key's index in the string table, in profiles; else 0.
  public private(set) var keyIndex: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: keyRange = field.value
      case 3: keyIndex = Int32(truncatingIfNeeded: field.bits)
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

  /// The key, UTF-8.
  public var key: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(keyRange) }
  }
}
