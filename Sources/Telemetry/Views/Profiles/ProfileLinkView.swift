/// A profile's reference to a span.
public struct ProfileLinkView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var traceIDRange = 0..<0
  private var spanIDRange = 0..<0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: traceIDRange = field.value
      case 2: spanIDRange = field.value
      default: break
      }
    }
  }

  /// The trace's id, 16 bytes.
  public var traceID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(traceIDRange) }
  }

  /// The span's id, 8 bytes.
  public var spanID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(spanIDRange) }
  }
}
