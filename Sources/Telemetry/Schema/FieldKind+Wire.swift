public import Bytes

extension FieldKind {
  /// How one value of this kind is laid out.
  public var wireType: WireType {
    switch self {
    case .double, .fixed64, .sfixed64: .fixed64
    case .float, .fixed32, .sfixed32: .fixed32
    case .string, .bytes, .message: .length
    case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enumeration: .varint
    }
  }

  /// Whether a repeated field of this kind may be packed into one length-delimited value.
  public var isPackable: Bool { wireType != .length }
}
