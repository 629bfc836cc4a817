internal import Bytes

/// Appends attributes to a log record, each a `KeyValue` in field 6.
struct ProcessAttributes {
  /// The tag of a log record's attributes.
  private static let tag: UInt8 = 6 << 3 | 2

  /// Appends a number.
  @inline(__always)
  static func append(_ key: StaticString, _ value: UInt64, to buffer: inout ByteBuffer) {
    head(key, 1 + ByteBuffer.varintByteCount(value), &buffer)
    buffer.append(3 << 3)
    buffer.appendVarint(value)
  }

  /// Appends a fraction.
  static func append(_ key: StaticString, _ value: Double, to buffer: inout ByteBuffer) {
    head(key, 9, &buffer)
    buffer.append(4 << 3 | 1)
    buffer.appendFixed64(value.bitPattern)
  }

  /// Appends a truth value.
  static func append(_ key: StaticString, _ value: Bool, to buffer: inout ByteBuffer) {
    head(key, 2, &buffer)
    buffer.append(2 << 3)
    buffer.append(value ? 1 : 0)
  }

  /// Appends a text; what is not UTF-8 in it becomes U+FFFD.
  static func append(_ key: StaticString, _ text: Span<UInt8>, to buffer: inout ByteBuffer) {
    guard text.isPlainText else {
      return append(key, String(copying: text).utf8Span.span, to: &buffer)
    }
    head(key, 1 + ByteBuffer.varintByteCount(UInt64(text.count)) + text.count, &buffer)
    buffer.appendField(1, bytes: text)
  }

  /// Appends a text of at most 90 bytes that `body` writes, in ASCII.
  @inline(__always)
  static func append(
    short key: StaticString, to buffer: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void
  ) {
    buffer.append(tag)
    let pair = buffer.openLength()
    appendKey(key, &buffer)
    buffer.append(2 << 3 | 2)
    let value = buffer.openLength()
    buffer.append(1 << 3 | 2)
    let text = buffer.openLength()
    body(&buffer)
    buffer.closeLength(text)
    buffer.closeLength(value)
    buffer.closeLength(pair)
  }

  /// Appends a list whose values `body` appends with `appendElement`; `expected` bytes make it quick.
  static func appendList(
    _ key: StaticString, expecting expected: Int, to buffer: inout ByteBuffer,
    _ body: (inout ByteBuffer) -> Void
  ) {
    // Each length is two bytes from 128 on: the marks must not move what comes behind them.
    buffer.append(tag)
    let pair = buffer.openLength(expecting: expected + key.utf8CodeUnitCount)
    appendKey(key, &buffer)
    buffer.append(2 << 3 | 2)
    let value = buffer.openLength(expecting: expected)
    buffer.append(5 << 3 | 2)
    let list = buffer.openLength(expecting: expected)
    body(&buffer)
    buffer.closeLength(list, expecting: expected)
    buffer.closeLength(value, expecting: expected)
    buffer.closeLength(pair, expecting: expected + key.utf8CodeUnitCount)
  }

  /// Appends one text of a list; what is not UTF-8 in it becomes U+FFFD.
  static func appendElement(_ text: Span<UInt8>, to buffer: inout ByteBuffer) {
    guard text.isPlainText else {
      return appendElement(String(copying: text).utf8Span.span, to: &buffer)
    }
    let count = 1 + ByteBuffer.varintByteCount(UInt64(text.count)) + text.count
    buffer.append(1 << 3 | 2)
    buffer.appendVarint(UInt64(count))
    buffer.appendField(1, bytes: text)
  }

  /// The pair up to its value, which has `valueCount` bytes.
  @inline(__always)
  private static func head(_ key: StaticString, _ valueCount: Int, _ buffer: inout ByteBuffer) {
    let keyCount = key.utf8CodeUnitCount
    let count = keyCount + 3 + ByteBuffer.varintByteCount(UInt64(valueCount)) + valueCount
    buffer.append(tag)
    buffer.appendVarint(UInt64(count))
    appendKey(key, &buffer)
    buffer.append(2 << 3 | 2)
    buffer.appendVarint(UInt64(valueCount))
  }

  /// A key, shorter than 128 bytes.
  @inline(__always)
  private static func appendKey(_ key: StaticString, _ buffer: inout ByteBuffer) {
    buffer.append(1 << 3 | 2)
    buffer.append(UInt8(key.utf8CodeUnitCount))
    buffer.append(key)
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes can be written as they are: they are UTF-8.
  var isPlainText: Bool {
    var all: UInt8 = 0
    for index in indices { all |= self[index] }
    if all < 0x80 { return true }
    return (try? UTF8Span(validating: self)) != nil
  }
}
