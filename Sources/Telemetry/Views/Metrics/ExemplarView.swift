/// One measurement that a data point was made of.
public struct ExemplarView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var spanIDRange = 0..<0
  private var traceIDRange = 0..<0
  /// When it was measured, in nanoseconds since 1970.
  public private(set) var time: UInt64 = 0

  /// The number; nil where none was recorded.
  public private(set) var value: NumberValue? = nil

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 2: time = field.bits
      case 4: spanIDRange = field.value
      case 5: traceIDRange = field.value
      case 3: value = .double(Double(bitPattern: field.bits))
      case 6: value = .int(Int64(bitPattern: field.bits))
      default: break
      }
    }
  }

  /// The attributes that the data point does not have.
  public var filteredAttributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 7) }
  }

  /// The id of the span in which it was measured, or empty.
  public var spanID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(spanIDRange) }
  }

  /// That span's trace id, or empty.
  public var traceID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(traceIDRange) }
  }
}
