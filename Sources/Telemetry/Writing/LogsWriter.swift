public import Bytes

/// Writes log records as the bytes of an export request, one field after the other.
///
/// Order of the calls: `select` a resource and scope, then records, each from `open` to `close`.
public struct LogsWriter: ~Copyable {
  /// The field of a log record that holds its attributes.
  public static let attributesField = 6
  /// Records with a process's attributes are longer than 127 bytes.
  private static let expectedByteCount = 1000

  var frame: RequestFrame
  private var mark = 0

  /// A writer whose scopes carry this version.
  public init(version: String) {
    frame = RequestFrame(version: version)
  }

  /// The records of the request so far.
  public var recordCount: Int { frame.itemCount }

  /// The bytes of the request so far.
  public var byteCount: Int { frame.buffer.count }

  /// Has the records that follow belong to this scope of the resource with these encoded attributes.
  ///
  /// Costs a comparison where both are those of the record before.
  public mutating func select(resource attributes: Span<UInt8> = Span(), scope: StaticString) {
    frame.select(attributes, scope)
  }

  /// Begins a record of the event `event`; times are in nanoseconds since 1970.
  ///
  /// Encodes the head anew: where records come in great numbers, keep a `RecordHead`.
  public mutating func open(
    event: StaticString, time: UInt64, observed: UInt64, severity: LogSeverity = .info
  ) {
    open(RecordHead(event: event, severity: severity), time: time, observed: observed)
  }

  /// Begins a record with a head that was encoded beforehand; times are in nanoseconds since 1970.
  public mutating func open(_ head: RecordHead, time: UInt64, observed: UInt64) {
    frame.buffer.appendTag(2, .length)
    mark = frame.buffer.openLength(expecting: LogsWriter.expectedByteCount)
    head.append(time: time, observed: observed, to: &frame.buffer)
  }

  /// Gives the record a text as its body.
  public mutating func body(_ text: Span<UInt8>) {
    frame.buffer.appendTag(5, .length)
    let mark = frame.buffer.openLength()
    frame.buffer.appendField(1, validating: text)
    frame.buffer.closeLength(mark)
  }

  /// Gives the record an attribute; what is not UTF-8 in it becomes U+FFFD.
  public mutating func attribute(_ key: StaticString, _ value: Span<UInt8>) {
    frame.buffer.appendAttribute(key, value, as: LogsWriter.attributesField)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: StaticString, _ value: StaticString) {
    frame.buffer.appendAttribute(key, value, as: LogsWriter.attributesField)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: StaticString, _ value: Int64) {
    frame.buffer.appendAttribute(key, value, as: LogsWriter.attributesField)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: StaticString, _ value: Bool) {
    frame.buffer.appendAttribute(key, value, as: LogsWriter.attributesField)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: StaticString, _ value: Double) {
    frame.buffer.appendAttribute(key, value, as: LogsWriter.attributesField)
  }

  /// Gives the record an attribute with an array, whose values `body` appends with `appendElement`.
  public mutating func array(_ key: StaticString, _ body: (inout ByteBuffer) -> Void) {
    frame.buffer.appendArrayAttribute(key, as: LogsWriter.attributesField, body)
  }

  /// Gives the record attributes that were encoded as field `field` of some message.
  public mutating func attributes(
    _ encoded: Span<UInt8>, from field: Int = LogsWriter.attributesField
  ) {
    frame.buffer.appendAttributes(encoded, from: field, as: LogsWriter.attributesField)
  }

  /// Lets `body` append fields of the record by itself.
  public mutating func append(_ body: (inout ByteBuffer) -> Void) {
    body(&frame.buffer)
  }

  /// Ends the record.
  public mutating func close() {
    frame.buffer.closeLength(mark, expecting: LogsWriter.expectedByteCount)
    frame.itemCount += 1
  }

  /// Takes the request written so far.
  public mutating func takePayload() -> Payload { frame.take() }
}
