/// A data point of a summary.
public struct SummaryPointView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  /// When what is counted began, in nanoseconds since 1970; 0 where unknown.
  public private(set) var startTime: UInt64 = 0
  /// When it was measured, in nanoseconds since 1970.
  public private(set) var time: UInt64 = 0
  /// The number of values.
  public private(set) var count: UInt64 = 0
  /// The sum of the values.
  public private(set) var sum: Double = 0
  /// The flags, bit for bit.
  public private(set) var flags: UInt32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 2: startTime = field.bits
      case 3: time = field.bits
      case 4: count = field.bits
      case 5: sum = Double(bitPattern: field.bits)
      case 8: flags = UInt32(truncatingIfNeeded: field.bits)
      default: break
      }
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 7) }
  }

  /// The quantiles in order.
  public var quantiles: ViewCursor<QuantileView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 6) }
  }
}
