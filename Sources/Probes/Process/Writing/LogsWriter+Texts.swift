internal import Bytes
internal import Telemetry

/// Attributes of log records whose values are made in place, without a copy on the way.
extension LogsWriter {
  /// Gives the record a text of at most 80 bytes of ASCII, which `text` appends.
  @inline(__always)
  mutating func attribute(_ key: StaticString, text: (inout ByteBuffer) -> Void) {
    append { buffer in
      buffer.appendTag(LogsWriter.attributesField, .length)
      let pair = buffer.openLength()
      buffer.appendField(1, key)
      buffer.appendTag(2, .length)
      let value = buffer.openLength()
      buffer.appendTag(1, .length)
      let mark = buffer.openLength()
      text(&buffer)
      buffer.closeLength(mark)
      buffer.closeLength(value)
      buffer.closeLength(pair)
    }
  }

  /// Gives the record an array of about `expected` bytes, whose values `body` appends with `appendElement`.
  mutating func array(
    _ key: StaticString, expecting expected: Int, _ body: (inout ByteBuffer) -> Void
  ) {
    append { buffer in
      buffer.appendTag(LogsWriter.attributesField, .length)
      let pair = buffer.openLength(expecting: expected + key.utf8CodeUnitCount)
      buffer.appendField(1, key)
      buffer.appendTag(2, .length)
      let value = buffer.openLength(expecting: expected)
      buffer.appendTag(5, .length)
      let array = buffer.openLength(expecting: expected)
      body(&buffer)
      buffer.closeLength(array, expecting: expected)
      buffer.closeLength(value, expecting: expected)
      buffer.closeLength(pair, expecting: expected + key.utf8CodeUnitCount)
    }
  }
}

extension ByteBuffer {
  /// Appends the number as 16 hexadecimal digits.
  mutating func appendHexadecimal(_ number: UInt64) {
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> shift) & 0xF
      append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }
}
