public import Bytes

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
    if number == field { return buffer.append(bytes) }
    let source = bytes.span
    var reader = WireReader(source)
    while let next = try? reader.nextField(), next.type == .length,
      let range = try? reader.readLength()
    {
      buffer.appendField(number, bytes: source.extracting(range))
    }
  }
}

extension ByteBuffer {
  /// Appends an attribute with a text as the field `number`; bytes that are not UTF-8 are replaced.
  mutating func appendAttribute(_ number: Int, _ key: StaticString, text: Span<UInt8>) {
    guard text.isUTF8 else {
      return appendAttribute(number, key, text: String(copying: text).utf8Span.span)
    }
    let keyCount = key.utf8CodeUnitCount
    let valueCount = 1 + ByteBuffer.varintByteCount(UInt64(text.count)) + text.count
    appendPair(number, key, keyCount, valueCount)
    appendField(1, bytes: text)
  }

  /// Appends an attribute with a number as the field `number`.
  mutating func appendAttribute(_ number: Int, _ key: StaticString, integer: Int64) {
    let value = UInt64(bitPattern: integer)
    appendPair(
      number, key, key.utf8CodeUnitCount, 1 + ByteBuffer.varintByteCount(value))
    appendField(3, varint: value)
  }

  /// The head of a `KeyValue` up to its value's fields.
  private mutating func appendPair(
    _ number: Int, _ key: StaticString, _ keyCount: Int, _ valueCount: Int
  ) {
    let count =
      1 + ByteBuffer.varintByteCount(UInt64(keyCount)) + keyCount + 1
      + ByteBuffer.varintByteCount(UInt64(valueCount)) + valueCount
    reserve(count + 8)
    appendTag(number, .length)
    appendVarint(UInt64(count))
    appendTag(1, .length)
    appendVarint(UInt64(keyCount))
    append(key)
    appendTag(2, .length)
    appendVarint(UInt64(valueCount))
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes are valid UTF-8.
  var isUTF8: Bool {
    var isASCII = true
    for index in indices where self[index] >= 0x80 {
      isASCII = false
      break
    }
    if isASCII { return true }
    return unsafe withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
  }
}
