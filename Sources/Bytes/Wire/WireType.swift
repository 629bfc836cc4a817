/// How a protobuf field's value is laid out; protobuf encoding, "Message structure".
public enum WireType: UInt8, Sendable {
  /// A number in base 128, low bits first.
  case varint = 0
  /// Eight bytes, low byte first.
  case fixed64 = 1
  /// A varint length and as many bytes.
  case length = 2
  /// Four bytes, low byte first.
  case fixed32 = 5
}

/// A field's number and wire type, read from its tag.
public struct WireField: Sendable, Equatable {
  /// The field's number in its message, from 1.
  public let number: Int
  /// How its value is laid out.
  public let type: WireType

  // Inlinable for the reason given at `WireReader.position`.
  /// A field of this number and type.
  @inlinable
  @inline(__always)
  public init(number: Int, type: WireType) {
    self.number = number
    self.type = type
  }
}
