/// An export request: what each resource produced.
public struct RequestView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var dictionaryRange: Range<Int>? = nil

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 2: dictionaryRange = field.value
      default: break
      }
    }
  }

  /// The tables that profiles count in; nil for other signals.
  public var dictionary: ProfilesDictionaryView? {
    @_lifetime(copy self)
    get {
      guard let range = dictionaryRange else { return nil }
      return ProfilesDictionaryView(bytes.extracting(range))
    }
  }

  /// What each resource produced, in order.
  public var resources: ViewCursor<ResourceGroupView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 1) }
  }
}
