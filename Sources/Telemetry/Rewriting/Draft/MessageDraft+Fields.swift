internal import Bytes

extension MessageDraft {
  /// A field's value as tests see it.
  struct FieldReading {
    let form: FieldPlace.Form
    var content = Place()
    var bits: UInt64 = 0
  }

  /// Reads a field; nil where messages of this kind have none.
  func read(_ field: RewriteField, _ bytes: Span<UInt8>) throws(WireError) -> FieldReading? {
    guard let place = kind.place(of: field) else { return nil }
    var reading = FieldReading(form: place.form)
    guard let known = fields.first(where: { $0.number == place.number }) else { return reading }
    reading.content = known.content
    reading.bits = known.bits
    guard place.inner != 0 else { return reading }
    reading.content = Place()
    let outer = content(bytes, of: known.content)
    var reader = WireReader(outer)
    while let next = try reader.nextField() {
      guard next.number == place.inner else {
        try reader.skip(next.type)
        continue
      }
      switch next.type {
      case .varint: reading.bits = try reader.readVarint()
      case .length:
        let range = try reader.readLength()
        let start = known.content.start + range.lowerBound
        reading.content = Place(
          start: start, end: start + range.count, isOwn: known.content.isOwn)
      case .fixed64, .fixed32: try reader.skip(next.type)
      }
    }
    return reading
  }

  /// Gives a field the value whose `AnyValue` is at `value`.
  ///
  /// - Returns: false where the value has another type than the field, or is no identifier where one must be
  mutating func set(
    _ field: RewriteField, to value: Place, _ bytes: Span<UInt8>
  ) throws(WireError) -> Bool {
    guard let place = kind.place(of: field) else { return true }
    scratch.truncate(to: 0)
    if value.isOwn {
      MessageDraft.copy(own, value.range, to: &scratch)
    } else {
      scratch.append(bytes.extracting(value.range))
    }
    let scan = try ValueScan(scratch.span, 0..<scratch.count)
    guard place.form.takes(scan, scratch.span) else { return false }
    let index = try index(of: place.number, bytes)
    let start = own.count
    let outer = fields[index].content
    if place.inner == 0 {
      MessageDraft.appendField(place.number, place.form, scan, of: scratch, to: &own)
    } else {
      own.appendTag(place.number, .length)
      let mark = own.openLength()
      // Fields are written in the order of their numbers.
      try copyFields(of: outer, 1..<place.inner, bytes)
      MessageDraft.appendField(place.inner, place.form, scan, of: scratch, to: &own)
      try copyFields(of: outer, place.inner + 1..<Int.max, bytes)
      own.closeLength(mark)
    }
    fields[index].written = Place(start: start, end: own.count, isOwn: true)
    try reread(index, start)
    isChanged = true
    return true
  }

  /// The index of the field of this number; one that is absent is added where it would be.
  private mutating func index(of number: Int, _ bytes: Span<UInt8>) throws(WireError) -> Int {
    if let known = fields.firstIndex(where: { $0.number == number }) { return known }
    var reader = WireReader(bytes, in: message)
    var place = message.lowerBound
    while let next = try reader.nextField() {
      if next.number > number { break }
      try reader.skip(next.type)
      place = reader.position
    }
    fields.append(Field(number: number, place: place..<place))
    return fields.count - 1
  }

  /// Appends a field with the value that was scanned in `value`; none where it is the default.
  private static func appendField(
    _ number: Int, _ form: FieldPlace.Form, _ scan: ValueScan, of value: borrowing ByteBuffer,
    to output: inout ByteBuffer
  ) {
    switch form {
    case .text, .id:
      if !scan.content.isEmpty {
        output.appendField(number, bytes: value.span.extracting(scan.content))
      }
    case .number: if scan.bits != 0 { output.appendField(number, varint: scan.bits) }
    case .fixed: if scan.bits != 0 { output.appendField(number, fixed64: scan.bits) }
    case .value: output.appendField(number, bytes: value.span)
    }
  }

  private static func copy(
    _ source: borrowing ByteBuffer, _ range: Range<Int>, to output: inout ByteBuffer
  ) {
    output.append(source.span.extracting(range))
  }

  /// Copies the fields with these numbers of the message at `place` to the draft's own bytes.
  private mutating func copyFields(
    of place: Place, _ numbers: Range<Int>, _ bytes: Span<UInt8>
  ) throws(WireError) {
    guard place.isOwn else {
      return try MessageDraft.copyFields(bytes, place.range, numbers, to: &own)
    }
    // `own` cannot be read while it grows.
    spare.truncate(to: 0)
    MessageDraft.copy(own, place.range, to: &spare)
    try MessageDraft.copyFields(of: spare, numbers, to: &own)
  }

  private static func copyFields(
    of message: borrowing ByteBuffer, _ numbers: Range<Int>, to output: inout ByteBuffer
  ) throws(WireError) {
    try copyFields(message.span, 0..<message.count, numbers, to: &output)
  }

  private static func copyFields(
    _ bytes: Span<UInt8>, _ message: Range<Int>, _ numbers: Range<Int>,
    to output: inout ByteBuffer
  ) throws(WireError) {
    var reader = WireReader(bytes, in: message)
    var start = message.lowerBound
    while let next = try reader.nextField() {
      try reader.skip(next.type)
      if numbers.contains(next.number) { output.append(bytes.extracting(start..<reader.position)) }
      start = reader.position
    }
  }

  /// Makes what later stages see of the field what was written of it from `start` on.
  private mutating func reread(_ index: Int, _ start: Int) throws(WireError) {
    var content = Place()
    var bits: UInt64 = 0
    var reader = WireReader(own.span, in: start..<own.count)
    if let field = try reader.nextField() {
      switch field.type {
      case .varint: bits = try reader.readVarint()
      case .fixed64: bits = try reader.readFixed64()
      case .fixed32: break
      case .length:
        let range = try reader.readLength()
        content = Place(start: range.lowerBound, end: range.upperBound, isOwn: true)
      }
    }
    (fields[index].content, fields[index].bits) = (content, bits)
  }
}

extension FieldPlace.Form {
  /// Whether a field of this form can have the value that was scanned in `bytes`.
  fileprivate func takes(_ scan: ValueScan, _ bytes: Span<UInt8>) -> Bool {
    switch self {
    case .text: return scan.kind == .string
    case .number, .fixed: return scan.kind == .int
    case .value: return true
    case .id(let byteCount, let isOptional):
      guard scan.kind == .bytes else { return false }
      if scan.content.isEmpty { return isOptional }
      return scan.content.count == byteCount
        && (isOptional || scan.content.contains { bytes[$0] != 0 })
    }
  }
}
