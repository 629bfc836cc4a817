/// What one resource produced.
public struct ResourceGroupView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private let fields: GroupFields

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    fields = GroupFields(bytes)
  }

  /// The resource; nil where it is unknown.
  public var resource: ResourceView? {
    @_lifetime(copy self)
    get {
      guard let range = fields.head else { return nil }
      return ResourceView(bytes.extracting(range))
    }
  }

  /// What each of its scopes produced, in order.
  public var scopes: ViewCursor<ScopeGroupView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The schema of the resource, UTF-8; empty where none is given.
  public var schemaURL: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(fields.schemaURL) }
  }
}
