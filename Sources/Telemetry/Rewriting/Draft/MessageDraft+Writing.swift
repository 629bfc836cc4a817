internal import Bytes

extension MessageDraft {
  /// Puts together what is written in place of what, in order.
  mutating func arrangeChanges() {
    changes.removeAll(keepingCapacity: true)
    guard isChanged else { return }
    let number = kind.attributes
    var addsAttributes = false
    for index in entries.indices {
      switch entries[index].state {
      case .kept: break
      case .added: addsAttributes = true
      case .changed, .removed:
        changes.append(
          Change(place: entries[index].field, number: number, content: .entry(index)))
      }
    }
    if addsAttributes {
      changes.append(Change(place: insertion..<insertion, number: number, content: .added))
    }
    var setsFields = false
    for index in fields.indices where fields[index].written != nil {
      setsFields = true
      changes.append(
        Change(place: fields[index].place, number: fields[index].number, content: .field(index)))
    }
    // Attributes alone are in order already.
    if setsFields { changes.sort { $0.isBefore($1) } }
  }

  /// Appends what a change writes.
  mutating func write(
    _ change: Change, _ bytes: Span<UInt8>, to output: inout ByteBuffer
  ) throws(WireError) {
    switch change.content {
    case .entry(let index):
      if entries[index].state == .changed { try writeChanged(bytes, entries[index], to: &output) }
    case .added:
      for index in entries.indices where entries[index].state == .added {
        writePair(bytes, entries[index], to: &output)
      }
    case .field(let index):
      if let place = fields[index].written { append(bytes, place, to: &output) }
    }
  }

  /// A `KeyValue` with another value: its other fields stay.
  private func writeChanged(
    _ bytes: Span<UInt8>, _ entry: Entry, to output: inout ByteBuffer
  ) throws(WireError) {
    if entry.isPlain { return writePair(bytes, entry, to: &output) }
    output.appendTag(kind.attributes, .length)
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
    if entry.pair.end > entry.pair.start {
      output.appendTag(kind.attributes, .length)
      output.appendVarint(UInt64(entry.pair.end - entry.pair.start))
      return append(bytes, entry.pair, to: &output)
    }
    let keyCount = entry.key.end - entry.key.start
    let valueCount = entry.value.end - entry.value.start
    let count =
      2 + ByteBuffer.varintByteCount(UInt64(keyCount)) + keyCount
      + ByteBuffer.varintByteCount(UInt64(valueCount)) + valueCount
    output.reserve(count + 16)
    output.appendTag(kind.attributes, .length)
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

extension MessageDraft.Change {
  /// Whether the change comes first: by place, and what is inserted there before what is replaced.
  fileprivate func isBefore(_ other: MessageDraft.Change) -> Bool {
    let left = (place.lowerBound, place.upperBound, number)
    return left < (other.place.lowerBound, other.place.upperBound, other.number)
  }
}
