/// The type of a protobuf field's value, as its .proto declares it.
public enum FieldKind: UInt8, Sendable, CaseIterable {
  /// A floating-point number of 64 bits.
  case double
  /// A floating-point number of 32 bits.
  case float
  /// A signed varint of 32 bits; negative numbers take ten bytes.
  case int32
  /// A signed varint of 64 bits; negative numbers take ten bytes.
  case int64
  /// An unsigned varint of 32 bits.
  case uint32
  /// An unsigned varint of 64 bits.
  case uint64
  /// A zigzag varint of 32 bits.
  case sint32
  /// A zigzag varint of 64 bits.
  case sint64
  /// Four bytes, unsigned.
  case fixed32
  /// Eight bytes, unsigned.
  case fixed64
  /// Four bytes, signed.
  case sfixed32
  /// Eight bytes, signed.
  case sfixed64
  /// A varint that is 0 or 1.
  case bool
  /// UTF-8.
  case string
  /// Any bytes.
  case bytes
  /// A nested message.
  case message
  /// A signed varint of 32 bits that names a value.
  case enumeration
}
