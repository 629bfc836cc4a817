/// A span's reference to another.
public struct SpanLinkView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var traceIDRange = 0..<0
  private var spanIDRange = 0..<0
  private var traceStateRange = 0..<0
  /// The number of attributes that the sender dropped.
  public private(set) var droppedAttributeCount: UInt32 = 0
  /// The W3C trace flags in the low byte, and whether the other is remote.
  public private(set) var flags: UInt32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: traceIDRange = field.value
      case 2: spanIDRange = field.value
      case 3: traceStateRange = field.value
      case 5: droppedAttributeCount = UInt32(truncatingIfNeeded: field.bits)
      case 6: flags = UInt32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 4) }
  }

  /// The other's trace id, 16 bytes.
  public var traceID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(traceIDRange) }
  }

  /// The other's id, 8 bytes.
  public var spanID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(spanIDRange) }
  }

  /// The other's W3C trace state, UTF-8.
  public var traceState: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(traceStateRange) }
  }
}
