public import Bytes

extension ByteBuffer {
  /// Appends a text field; what is not UTF-8 in `bytes` becomes U+FFFD.
  public mutating func appendField(_ number: Int, validating bytes: Span<UInt8>) {
    if bytes.isUTF8 {
      appendField(number, bytes: bytes)
    } else {
      appendField(number, text: String(copying: bytes))
    }
  }

  /// Appends a text field.
  public mutating func appendField(_ number: Int, _ text: StaticString) {
    appendTag(number, .length)
    appendVarint(UInt64(text.utf8CodeUnitCount))
    append(text)
  }

  /// Appends an attribute as field `field` of a message; what is not UTF-8 becomes U+FFFD.
  public mutating func appendAttribute(
    _ key: StaticString, _ value: Span<UInt8>, as field: Int
  ) {
    guard value.isUTF8 else {
      return appendAttribute(key, String(copying: value).utf8Span.span, as: field)
    }
    openEntry(
      field, key: key,
      valueByteCount: 1 + ByteBuffer.varintByteCount(UInt64(value.count)) + value.count)
    appendField(1, bytes: value)
  }

  /// Appends an attribute with a text as field `field` of a message.
  public mutating func appendAttribute(_ key: StaticString, _ value: StaticString, as field: Int) {
    let count = value.utf8CodeUnitCount
    openEntry(
      field, key: key, valueByteCount: 1 + ByteBuffer.varintByteCount(UInt64(count)) + count)
    appendField(1, value)
  }

  /// Appends an attribute with a text such as `cpu3` as field `field` of a message.
  public mutating func appendAttribute(
    _ key: StaticString, _ prefix: StaticString, _ number: UInt64, as field: Int
  ) {
    let count = prefix.utf8CodeUnitCount + number.decimalDigitCount
    openEntry(
      field, key: key, valueByteCount: 1 + ByteBuffer.varintByteCount(UInt64(count)) + count)
    appendTag(1, .length)
    appendVarint(UInt64(count))
    append(prefix)
    appendDecimal(number)
  }

  /// Appends an attribute with a whole number as field `field` of a message.
  public mutating func appendAttribute(_ key: StaticString, _ value: Int64, as field: Int) {
    let bits = UInt64(bitPattern: value)
    openEntry(field, key: key, valueByteCount: 1 + ByteBuffer.varintByteCount(bits))
    appendField(3, varint: bits)
  }

  /// Appends an attribute with a truth as field `field` of a message.
  public mutating func appendAttribute(_ key: StaticString, _ value: Bool, as field: Int) {
    openEntry(field, key: key, valueByteCount: 2)
    appendField(2, varint: value ? 1 : 0)
  }

  /// Appends an attribute with a fraction as field `field` of a message.
  public mutating func appendAttribute(_ key: StaticString, _ value: Double, as field: Int) {
    openEntry(field, key: key, valueByteCount: 9)
    appendTag(4, .fixed64)
    appendFixed64(value.bitPattern)
  }

  /// Appends an attribute with an array, whose values `body` appends with `appendElement`.
  public mutating func appendArrayAttribute(
    _ key: StaticString, as field: Int, _ body: (inout ByteBuffer) -> Void
  ) {
    appendTag(field, .length)
    let pair = openLength()
    appendField(1, key)
    appendTag(2, .length)
    let value = openLength()
    appendTag(5, .length)
    let array = openLength()
    body(&self)
    closeLength(array)
    closeLength(value)
    closeLength(pair)
  }

  /// Appends a text to an array attribute; what is not UTF-8 becomes U+FFFD.
  public mutating func appendElement(_ value: Span<UInt8>) {
    appendTag(1, .length)
    let mark = openLength()
    appendField(1, validating: value)
    closeLength(mark)
  }

  /// Appends a whole number to an array attribute.
  public mutating func appendElement(_ value: Int64) {
    let bits = UInt64(bitPattern: value)
    appendTag(1, .length)
    appendVarint(UInt64(1 + ByteBuffer.varintByteCount(bits)))
    appendField(3, varint: bits)
  }

  /// Appends attributes that were encoded as field `other` of some message as field `field` of this one.
  ///
  /// Both numbers must be from 1 to 15. Bytes that are no attributes are left out.
  public mutating func appendAttributes(_ encoded: Span<UInt8>, from other: Int, as field: Int) {
    if other == field { return append(encoded) }
    var reader = WireReader(encoded)
    while let next = try? reader.nextField(), next.type == .length,
      let range = try? reader.readLength()
    {
      appendField(field, bytes: encoded.extracting(range))
    }
  }
}
