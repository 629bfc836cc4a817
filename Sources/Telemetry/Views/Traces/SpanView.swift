/// One span.
public struct SpanView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var traceIDRange = 0..<0
  private var spanIDRange = 0..<0
  private var traceStateRange = 0..<0
  private var parentSpanIDRange = 0..<0
  private var nameRange = 0..<0
  private var statusRange: Range<Int>? = nil
  /// The W3C trace flags in the low byte, and whether the parent is remote.
  public private(set) var flags: UInt32 = 0
  /// The kind, 0 to 5: unspecified, internal, server, client, producer, consumer.
  public private(set) var kind: Int32 = 0
  /// When it began, in nanoseconds since 1970.
  public private(set) var startTime: UInt64 = 0
  /// When it ended, in nanoseconds since 1970.
  public private(set) var endTime: UInt64 = 0
  /// The number of attributes that the sender dropped.
  public private(set) var droppedAttributeCount: UInt32 = 0
  /// The number of events that the sender dropped.
  public private(set) var droppedEventCount: UInt32 = 0
  /// The number of links that the sender dropped.
  public private(set) var droppedLinkCount: UInt32 = 0

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
      case 4: parentSpanIDRange = field.value
      case 5: nameRange = field.value
      case 6: kind = Int32(truncatingIfNeeded: field.bits)
      case 7: startTime = field.bits
      case 8: endTime = field.bits
      case 10: droppedAttributeCount = UInt32(truncatingIfNeeded: field.bits)
      case 12: droppedEventCount = UInt32(truncatingIfNeeded: field.bits)
      case 14: droppedLinkCount = UInt32(truncatingIfNeeded: field.bits)
      case 16: flags = UInt32(truncatingIfNeeded: field.bits)
      case 15: statusRange = field.value
      default: break
      }
    }
  }

  /// The status; nil where it is unset.
  public var status: SpanStatusView? {
    @_lifetime(copy self)
    get {
      guard let range = statusRange else { return nil }
      return SpanStatusView(bytes.extracting(range))
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 9) }
  }

  /// The events in order.
  public var events: ViewCursor<SpanEventView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 11) }
  }

  /// The links in order.
  public var links: ViewCursor<SpanLinkView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 13) }
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

  /// The W3C trace state, UTF-8.
  public var traceState: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(traceStateRange) }
  }

  /// The parent's id, 8 bytes; empty for a root.
  public var parentSpanID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(parentSpanIDRange) }
  }

  /// The name, UTF-8.
  public var name: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(nameRange) }
  }
}
