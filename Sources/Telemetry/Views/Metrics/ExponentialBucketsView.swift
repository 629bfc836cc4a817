/// A run of exponential buckets.
public struct ExponentialBucketsView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  /// The index of the first bucket.
  public private(set) var offset: Int32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: offset = Int32(truncatingIfNeeded: (field.bits >> 1) ^ (0 &- (field.bits & 1)))
      default: break
      }
    }
  }

  /// The number of values in each bucket.
  public var bucketCounts: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 2, isFixed: false) }
  }
}
