internal import Bytes

extension AttributeTable {
  /// Appends the length and fields of the message at `message` with its attributes as they are now.
  func writeMessage(
    _ bytes: Span<UInt8>, _ message: Range<Int>, to output: inout ByteBuffer
  ) throws(WireError) {
    let mark = output.openLength(expecting: message.count)
    try write(bytes, message: message, to: &output)
    output.closeLength(mark, expecting: message.count)
  }

  /// Appends the fields of the message at `message` with its attributes as they are now.
  ///
  /// What is not an attribute is copied as it is.
  private func write(
    _ bytes: Span<UInt8>, message: Range<Int>, to output: inout ByteBuffer
  ) throws(WireError) {
    var copied = message.lowerBound
    for entry in entries where entry.state == .removed || entry.state == .changed {
      output.append(bytes.extracting(copied..<entry.field.lowerBound))
      copied = entry.field.upperBound
      if entry.state == .changed { try writeChanged(bytes, entry, to: &output) }
    }
    output.append(bytes.extracting(copied..<insertion))
    for entry in entries where entry.state == .added { writePair(bytes, entry, to: &output) }
    output.append(bytes.extracting(insertion..<message.upperBound))
  }

  /// A `KeyValue` with another value: its other fields stay.
  private func writeChanged(
    _ bytes: Span<UInt8>, _ entry: Entry, to output: inout ByteBuffer
  ) throws(WireError) {
    if entry.isPlain { return writePair(bytes, entry, to: &output) }
    output.appendTag(fieldNumber, .length)
    let expected = entry.content.count + entry.value.range.count
    let mark = output.openLength(expecting: expected)
    var reader = WireReader(bytes, in: entry.content)
    var start = reader.position
    var hasValue = false
    while let field = try reader.nextField() {
      try reader.skip(field.type)
      if field.number >= 2, !hasValue {
        writeValue(bytes, entry, to: &output)
        hasValue = true
      }
      if field.number != 2 { output.append(bytes.extracting(start..<reader.position)) }
      start = reader.position
    }
    if !hasValue { writeValue(bytes, entry, to: &output) }
    output.closeLength(mark, expecting: expected)
  }

  /// A `KeyValue` of a key and a value.
  private func writePair(_ bytes: Span<UInt8>, _ entry: Entry, to output: inout ByteBuffer) {
    let keyCount = entry.key.end - entry.key.start
    let valueCount = entry.value.end - entry.value.start
    let count =
      2 + ByteBuffer.varintByteCount(UInt64(keyCount)) + keyCount
      + ByteBuffer.varintByteCount(UInt64(valueCount)) + valueCount
    output.reserve(count + 16)
    output.appendTag(fieldNumber, .length)
    output.appendVarint(UInt64(count))
    output.append(0x0A)
    output.appendVarint(UInt64(keyCount))
    append(bytes, entry.key, to: &output)
    writeValue(bytes, entry, to: &output)
  }

  private func writeValue(_ bytes: Span<UInt8>, _ entry: Entry, to output: inout ByteBuffer) {
    output.append(0x12)
    output.appendVarint(UInt64(entry.value.range.count))
    append(bytes, entry.value, to: &output)
  }

  private func append(_ bytes: Span<UInt8>, _ place: Place, to output: inout ByteBuffer) {
    output.append(place.isOwn ? own.span.extracting(place.range) : bytes.extracting(place.range))
  }
}
