/// The tables that a request's profiles count in.
public struct ProfilesDictionaryView: WireView, ~Escapable {
  private let bytes: Span<UInt8>

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
  }

  /// The mappings in order.
  public var mappings: ViewCursor<MappingView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 1) }
  }

  /// The locations in order.
  public var locations: ViewCursor<LocationView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The functions in order.
  public var functions: ViewCursor<FunctionView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 3) }
  }

  /// The links in order.
  public var links: ViewCursor<ProfileLinkView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 4) }
  }

  /// The strings in order; the first is empty.
  public var strings: ViewCursor<TextView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 5) }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<ProfileAttributeView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 6) }
  }
}
