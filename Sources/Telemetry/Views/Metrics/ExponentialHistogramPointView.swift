/// A data point of a histogram with exponential buckets.
public struct ExponentialHistogramPointView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var positiveRange: Range<Int>? = nil
  private var negativeRange: Range<Int>? = nil
  /// When what is counted began, in nanoseconds since 1970; 0 where unknown.
  public private(set) var startTime: UInt64 = 0
  /// When it was measured, in nanoseconds since 1970.
  public private(set) var time: UInt64 = 0
  /// The number of values.
  public private(set) var count: UInt64 = 0
  /// The sum of the values; nil where it is not kept.
  public private(set) var sum: Double? = nil
  /// The least value; nil where it is not kept.
  public private(set) var min: Double? = nil
  /// The greatest value; nil where it is not kept.
  public private(set) var max: Double? = nil
  /// The base of the buckets is 2 to the power of 2 to the power of minus this.
  public private(set) var scale: Int32 = 0
  /// The number of values that are zero, or as good as zero.
  public private(set) var zeroCount: UInt64 = 0
  /// Up to where a value is as good as zero.
  public private(set) var zeroThreshold: Double = 0
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
      case 6: scale = Int32(truncatingIfNeeded: (field.bits >> 1) ^ (0 &- (field.bits & 1)))
      case 7: zeroCount = field.bits
      case 10: flags = UInt32(truncatingIfNeeded: field.bits)
      case 12: min = Double(bitPattern: field.bits)
      case 13: max = Double(bitPattern: field.bits)
      case 14: zeroThreshold = Double(bitPattern: field.bits)
      case 8: positiveRange = field.value
      case 9: negativeRange = field.value
      default: break
      }
    }
  }

  /// The buckets of values above zero.
  public var positive: ExponentialBucketsView? {
    @_lifetime(copy self)
    get {
      guard let range = positiveRange else { return nil }
      return ExponentialBucketsView(bytes.extracting(range))
    }
  }

  /// The buckets of values below zero.
  public var negative: ExponentialBucketsView? {
    @_lifetime(copy self)
    get {
      guard let range = negativeRange else { return nil }
      return ExponentialBucketsView(bytes.extracting(range))
    }
  }

  /// The attributes in order.
  public var attributes: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 1) }
  }

  /// The exemplars in order.
  public var exemplars: ViewCursor<ExemplarView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 11) }
  }
}
