internal import Bytes

/// A value of any type.
public struct AnyValueView: WireView, ~Escapable {
  private let bytes: Span<UInt8>
  private var contentRange = 0..<0
  /// What a value is.
  public enum Kind: Sendable, Equatable {
    /// No value is set.
    case empty
    /// Text, in `content`.
    case string
    /// A truth value.
    case bool(Bool)
    /// A signed integer.
    case int(Int64)
    /// A floating-point number.
    case double(Double)
    /// Values, in `values`.
    case array
    /// Attributes, in `entries`.
    case map
    /// Bytes, in `content`.
    case bytes
    /// An index in the string table of profiles.
    case stringIndex(Int32)
  }

  /// What the value is.
  public private(set) var kind = Kind.empty

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: kind = .string
      case 2: kind = .bool(field.bits != 0)
      case 3: kind = .int(Int64(bitPattern: field.bits))
      case 4: kind = .double(Double(bitPattern: field.bits))
      case 5: kind = .array
      case 6: kind = .map
      case 7: kind = .bytes
      case 8: kind = .stringIndex(Int32(truncatingIfNeeded: field.bits))
      default: continue
      }
      contentRange = field.type == .length ? field.value : 0..<0
    }
  }

  /// The values of an array; none for another kind.
  public var values: ViewCursor<AnyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(content, field: kind == .array ? 1 : 0) }
  }

  /// The entries of a map; none for another kind.
  public var entries: ViewCursor<KeyValueView> {
    @_lifetime(copy self)
    get { ViewCursor(content, field: kind == .map ? 1 : 0) }
  }

  /// The bytes of text, bytes, an array or a map; else empty.
  public var content: Span<UInt8> {
    @_lifetime(copy self)
    get { bytes.extracting(contentRange) }
  }
}
