/// One profile; its parts are indices into the request's dictionary.
public struct ProfileView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var profileIDRange = 0..<0
  /// When it began, in nanoseconds since 1970.
  public private(set) var time: UInt64 = 0
  /// How long it took, in nanoseconds.
  public private(set) var duration: UInt64 = 0
  /// The number of units between samples.
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
      default: break
      }
    }
  }

  /// The samples in order.
  public var samples: ViewCursor<SampleView> {
    @_lifetime(copy self)
    get { ViewCursor(bytes, field: 2) }
  }

  /// The profile's id, 16 bytes, or empty.
  public var profileID: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(profileIDRange) }
  }
}
