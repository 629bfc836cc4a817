/// Why bytes are not a protobuf message, and where.
public struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong with the bytes.
  public enum Reason: String, Sendable {
    /// The bytes end within a value.
    case truncated = "the bytes end within a value"
    /// A varint has more than ten bytes or more than 64 bits.
    case varintTooLong = "a varint is longer than 64 bits"
    /// A field number is 0 or above 2^29-1.
    case fieldNumberOutOfRange = "a field number is out of range"
    /// A wire type is 3, 4 (groups), 6 or 7.
    case unknownWireType = "a wire type is not used by OTLP"
    /// A field has a wire type that its schema does not allow.
    case unexpectedWireType = "a field has the wrong wire type"
    /// Messages are nested deeper than is read.
    case nestedTooDeep = "messages are nested too deeply"
    /// A field that a message has once is there again.
    case repeatedField = "a field that may be there once is repeated"
    /// Text is not UTF-8.
    case invalidUTF8 = "text is not valid UTF-8"
  }

  /// What is wrong.
  public let reason: Reason
  /// Where in the bytes, from 0.
  public let offset: Int

  /// The error `reason` at `offset`.
  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The reason and the offset.
  public var description: String { "\(reason.rawValue) at offset \(offset)" }
}
