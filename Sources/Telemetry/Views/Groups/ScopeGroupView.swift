/// What one instrumentation scope produced; only the cursor of the request's signal has items.
public struct ScopeGroupView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private let fields: GroupFields

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    fields = GroupFields(bytes)
  }

  /// The scope; nil where it is unknown.
  public var scope: ScopeView? {
    @_lifetime(copy self)
    get {
      guard let range = fields.head else { return nil }
      return ScopeView(bytes.extracting(range))
    }
  }

  /// The spans in order.
  public var spans: ViewCursor<SpanView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The metrics in order.
  public var metrics: ViewCursor<MetricView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The log records in order.
  public var logRecords: ViewCursor<LogRecordView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The profiles in order.
  public var profiles: ViewCursor<ProfileView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The schema of the items, UTF-8; empty where none is given.
  public var schemaURL: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(fields.schemaURL) }
  }
}
