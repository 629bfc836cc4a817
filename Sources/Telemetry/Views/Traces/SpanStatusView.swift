/// How a span ended.
public struct SpanStatusView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var messageRange = 0..<0
  /// 0 unset, 1 ok, 2 error.
  public private(set) var code: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 2: messageRange = field.value
      case 3: code = Int32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// What went wrong, UTF-8.
  public var message: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(messageRange) }
  }
}
