/// The instrumentation library that produced telemetry.
public struct ScopeView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var nameRange = 0..<0
  private var versionRange = 0..<0
  /// The number of attributes that the sender dropped.
  public private(set) var droppedAttributeCount: UInt32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: nameRange = field.value
      case 2: versionRange = field.value
      case 4: droppedAttributeCount = UInt32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 3) }
  }

  /// The name, UTF-8.
  public var name: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(nameRange) }
  }

  /// The version, UTF-8.
  public var version: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(versionRange) }
  }
}
