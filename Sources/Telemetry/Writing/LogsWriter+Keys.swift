public import Bytes

extension EncodedKey {
  /// A key of log records' attributes.
  public static func log(_ text: StaticString) -> EncodedKey {
    EncodedKey(text, field: LogsWriter.attributesField)
  }
}

/// Attributes with keys that were encoded beforehand, by `EncodedKey.log`: for records that come in great numbers.
extension LogsWriter {
  /// Gives the record an attribute.
  public mutating func attribute(_ key: borrowing EncodedKey, _ value: Int64) {
    frame.buffer.append(key, value)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: borrowing EncodedKey, _ value: Double) {
    frame.buffer.append(key, value)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: borrowing EncodedKey, _ value: Bool) {
    frame.buffer.append(key, value)
  }

  /// Gives the record an attribute.
  public mutating func attribute(_ key: borrowing EncodedKey, _ value: StaticString) {
    frame.buffer.append(key, value)
  }

  /// Gives the record an attribute with a text that is known to be UTF-8.
  public mutating func attribute(_ key: borrowing EncodedKey, utf8 value: Span<UInt8>) {
    frame.buffer.append(key, utf8: value)
  }
}
