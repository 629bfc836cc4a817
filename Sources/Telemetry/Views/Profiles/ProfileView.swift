/// One profile; its parts are indices into the request's dictionary.
public struct ProfileView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var profileIDRange = 0..<0
  private var originalPayloadFormatRange = 0..<0
  private var originalPayloadRange = 0..<0
  private var sampleTypeRange: Range<Int>? = nil
  private var periodTypeRange: Range<Int>? = nil
  /// When it began, in nanoseconds since 1970.
  public private(set) var time: UInt64 = 0
  /// How long it took, in nanoseconds.
  public private(set) var duration: UInt64 = 0
  /// The number of `periodType` between samples.
  public private(set) var period: Int64 = 0
  /// The number of attributes that the sender dropped.
  public private(set) var droppedAttributeCount: UInt32 = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 3: time = field.bits
      case 4: duration = field.bits
      case 6: period = Int64(bitPattern: field.bits)
      case 7: profileIDRange = field.value
      case 8: droppedAttributeCount = UInt32(truncatingIfNeeded: field.bits)
      case 9: originalPayloadFormatRange = field.value
      case 10: originalPayloadRange = field.value
      case 1: sampleTypeRange = field.value
      case 5: periodTypeRange = field.value
      default: break
      }
    }
  }

  /// What the samples count.
  public var sampleType: ValueTypeView? {
    @_lifetime(copy self)
    get {
      guard let range = sampleTypeRange else { return nil }
      return ValueTypeView(bytes.extracting(range))
    }
  }

  /// What the period counts.
  public var periodType: ValueTypeView? {
    @_lifetime(copy self)
    get {
      guard let range = periodTypeRange else { return nil }
      return ValueTypeView(bytes.extracting(range))
    }
  }

  /// The samples in order.
  public var samples: ViewCursor<SampleView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The attributes, by index in the dictionary.
  public var attributeIndices: NumberCursor {
    @_lifetime(copy self)
    get { NumberCursor(bytes, field: 11, isFixed: false) }
  }

  /// The profile's id, 16 bytes, or empty.
  public var profileID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(profileIDRange) }
  }

  /// The format of `originalPayload`, UTF-8.
  public var originalPayloadFormat: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(originalPayloadFormatRange) }
  }

  /// The profile as its source wrote it; mostly empty.
  public var originalPayload: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(originalPayloadRange) }
  }
}
