public import Bytes
internal import Telemetry

/// OTLP attributes encoded once, to be appended to any message's field of attributes.
public struct AttributeBytes: Sendable {
  /// The field of attributes in a log record.
  public static let logRecordField = 6
  /// The field of attributes in a resource.
  public static let resourceField = 1

  /// The field that the tags in `bytes` name.
  public let field: Int
  /// `KeyValue` messages, each with the tag of `field` and its length.
  public let bytes: ByteSlice

  init(_ buffer: inout ByteBuffer, field: Int) {
    self.field = field
    bytes = buffer.takeSlice()
  }

  /// No attributes.
  public static let none = AttributeBytes(field: logRecordField)

  private init(field: Int) {
    self.field = field
    bytes = .empty
  }

  /// Appends the attributes to a message as its field `number`, 1 to 15.
  ///
  /// A single copy where `number` is the field that they were encoded for.
  public func append(to buffer: inout ByteBuffer, field number: Int) {
    buffer.appendAttributes(bytes.span, from: field, as: number)
  }
}
