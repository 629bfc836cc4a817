/// One log record or event.
public struct LogRecordView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var severityTextRange = 0..<0
  private var traceIDRange = 0..<0
  private var spanIDRange = 0..<0
  private var eventNameRange = 0..<0
  private var bodyRange: Range<Int>? = nil
  /// When it happened, in nanoseconds since 1970; 0 where unknown.
  public private(set) var time: UInt64 = 0
  /// When it was first seen, in nanoseconds since 1970.
  public private(set) var observedTime: UInt64 = 0
  /// The severity, 1 to 24; 0 where unknown.
  public private(set) var severityNumber: Int32 = 0
  /// The number of attributes that the sender dropped.
  public private(set) var droppedAttributeCount: UInt32 = 0
  /// The W3C trace flags in the low byte.
  public private(set) var flags: UInt32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: time = field.bits
      case 2: severityNumber = Int32(truncatingIfNeeded: field.bits)
      case 3: severityTextRange = field.value
      case 7: droppedAttributeCount = UInt32(truncatingIfNeeded: field.bits)
      case 8: flags = UInt32(truncatingIfNeeded: field.bits)
      case 9: traceIDRange = field.value
      case 10: spanIDRange = field.value
      case 11: observedTime = field.bits
      case 12: eventNameRange = field.value
      case 5: bodyRange = field.value
      default: break
      }
    }
  }

  /// The body; nil where there is none.
  public var body: AnyValueView? {
    @_lifetime(copy self)
    get {
      guard let range = bodyRange else { return nil }
      return AnyValueView(bytes.extracting(range))
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 6) }
  }

  /// The severity as the source called it, UTF-8.
  public var severityText: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(severityTextRange) }
  }

  /// The trace's id, 16 bytes, or empty.
  public var traceID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(traceIDRange) }
  }

  /// The span's id, 8 bytes, or empty.
  public var spanID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(spanIDRange) }
  }

  /// The name that makes the record an event, UTF-8.
  public var eventName: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(eventNameRange) }
  }
}
