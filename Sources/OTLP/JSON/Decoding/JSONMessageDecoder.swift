internal import Bytes
internal import Telemetry

/// One pass over the JSON form of a message, which writes its protobuf form.
struct JSONMessageDecoder: ~Copyable, ~Escapable {
  private let table: JSONTable
  private let limit: Int
  var scanner: JSONScanner
  var output: ByteBuffer
  /// The messages that have 128 bytes or more, or are not complete, in the order of their beginnings.
  private var lengths: [PendingLength] = []
  /// The bytes that the lengths of complete messages take beyond one byte each.
  private var extraByteCount = 0

  @_lifetime(copy json)
  init(
    _ json: Span<UInt8>, _ table: JSONTable, limit: Int, appendingTo output: consuming ByteBuffer
  ) {
    self.table = table
    self.limit = limit
    scanner = JSONScanner(json)
    self.output = output
  }

  /// Decodes the root message, which must be all there is.
  mutating func decodeAll() throws(JSONError) {
    try scanner.checkStart()
    try decodeMessage(0, depth: 0)
    try scanner.checkEnd()
    if !lengths.isEmpty { writeLengths() }
  }

  private mutating func decodeMessage(_ index: Int, depth: Int) throws(JSONError) {
    guard try scanner.peek() == .object else {
      throw JSONError(.expectedObject, at: scanner.position)
    }
    guard depth < JSONScanner.maximumDepth else {
      throw JSONError(.nestedTooDeep, at: scanner.position)
    }
    scanner.position &+= 1
    if scanner.accept(UInt8(ascii: "}")) { return }
    let fields = table.messages[index].fields
    // Writers keep to the schema's order, so the field behind the last one is tried first.
    var guess = fields.lowerBound
    repeat {
      let key = try scanner.readKey()
      let field = find(key, in: fields, guess: guess)
      if field < 0 {
        try scanner.skipValue(depth: depth + 1)
        continue
      }
      guess = field &+ 1
      do {
        try decodeField(table.fields[field], depth: depth)
      } catch {
        throw error.inside(table.name(of: field))
      }
    } while try scanner.nextElement(UInt8(ascii: "}"))
  }

  /// The index of the field called `key`, or -1.
  @inline(__always)
  private func find(_ key: JSONString, in fields: Range<Int>, guess: Int) -> Int {
    if key.hasEscapes { return findEscaped(key, in: fields) }
    let prefix = prefix(of: key)
    if guess < fields.upperBound, isName(of: guess, key, prefix) { return guess }
    for index in fields where isName(of: index, key, prefix) { return index }
    return -1
  }

  private func findEscaped(_ key: JSONString, in fields: Range<Int>) -> Int {
    var name = ByteBuffer()
    scanner.append(key, to: &name)
    let names = table.names
    for index in fields
    where names.span.extracting(table.fields[index].bareName).isEqual(to: name.span) {
      return index
    }
    return -1
  }

  @inline(__always)
  private func prefix(of key: JSONString) -> UInt64 {
    let start = key.range.lowerBound
    guard start &+ 8 <= scanner.bytes.count else {
      return JSONTable.prefix(of: scanner.bytes.extracting(key.range))
    }
    // Eight bytes are left in the text; those behind the key are masked out.
    let word = unsafe scanner.bytes.bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start, as: UInt64.self)
    let count = key.range.count
    let mask = count < 8 ? (1 &<< UInt64(8 &* count)) &- 1 : UInt64.max
    return UInt64(littleEndian: word) & mask
  }

  @inline(__always)
  private func isName(of index: Int, _ key: JSONString, _ prefix: UInt64) -> Bool {
    let field = table.fields[index]
    guard field.namePrefix == prefix, Int(field.nameCount) == key.range.count else { return false }
    if field.nameCount <= 8 { return true }
    let names = table.names
    return names.span.extracting(field.bareName)
      .isEqual(to: scanner.bytes.extracting(key.range))
  }

  @inline(__always)
  private mutating func decodeField(_ field: JSONField, depth: Int) throws(JSONError) {
    if try scanner.peek() == .null {
      try scanner.readNull()
    } else if field.isRepeated {
      try decodeArray(field, depth: depth)
    } else {
      writeTag(field, field.kind.wireType)
      try decodeValue(field, depth: depth)
    }
    guard output.count &+ extraByteCount <= limit else {
      throw JSONError(.outputTooLarge, at: scanner.position)
    }
  }

  @inline(__always)
  private mutating func writeTag(_ field: JSONField, _ type: WireType) {
    output.appendTag(Int(field.number), type)
  }

  private mutating func decodeArray(_ field: JSONField, depth: Int) throws(JSONError) {
    guard scanner.current == UInt8(ascii: "[") else {
      throw JSONError(.expectedArray, at: scanner.position)
    }
    scanner.position &+= 1
    if scanner.accept(UInt8(ascii: "]")) { return }
    var mark = 0
    if field.isPacked {
      writeTag(field, .length)
      mark = output.openLength()
    }
    var index = 0
    repeat {
      do {
        try decodeElement(field, depth: depth)
      } catch {
        throw error.inside(index)
      }
      index &+= 1
    } while try scanner.nextElement(UInt8(ascii: "]"))
    if field.isPacked { output.closeLength(mark) }
  }

  @inline(__always)
  private mutating func decodeElement(_ field: JSONField, depth: Int) throws(JSONError) {
    guard try scanner.peek() != .null else {
      throw JSONError(.nullElement, at: scanner.position)
    }
    if !field.isPacked { writeTag(field, field.kind.wireType) }
    try decodeValue(field, depth: depth)
    guard output.count &+ extraByteCount <= limit else {
      throw JSONError(.outputTooLarge, at: scanner.position)
    }
  }

  /// Writes a value behind its tag; the position is at its first byte.
  @inline(__always)
  private mutating func decodeValue(_ field: JSONField, depth: Int) throws(JSONError) {
    switch field.kind {
    case .message:
      let length = openMessage()
      try decodeMessage(Int(field.message), depth: depth + 1)
      closeMessage(length)
    case .string: try decodeString()
    case .bytes: try decodeBytes(isHex: field.isHexID)
    case .bool: try decodeBool()
    default: try decodeNumber(field.kind)
    }
  }

  /// Leaves one byte for a length, which is enough for most messages.
  @inline(__always)
  private mutating func openMessage() -> Int {
    output.append(0)
    lengths.append(PendingLength(offset: output.count, value: extraByteCount))
    return lengths.count &- 1
  }

  /// Writes the length of the message, or keeps it for the end where it needs more than one byte.
  ///
  /// Making room at once would move deeply nested bytes once for each level.
  @inline(__always)
  private mutating func closeMessage(_ index: Int) {
    let start = lengths[index]
    let count = output.count &- start.offset &+ extraByteCount &- start.value
    if count < 128 {
      output.replace(at: start.offset &- 1, with: UInt8(truncatingIfNeeded: count))
      lengths.removeLast()
    } else {
      lengths[index].value = count
      extraByteCount &+= ByteBuffer.varintByteCount(UInt64(count)) &- 1
    }
  }

  /// Copies the output once, with each pending length in place of its one byte.
  private mutating func writeLengths() {
    var complete = ByteBuffer(minimumCapacity: output.count + extraByteCount)
    var start = 0
    for length in lengths {
      complete.append(output.span.extracting(start..<length.offset - 1))
      complete.appendVarint(UInt64(length.value))
      start = length.offset
    }
    complete.append(output.span.extracting(start..<output.count))
    swap(&output, &complete)
  }

  @inline(__always)
  private mutating func decodeString() throws(JSONError) {
    guard scanner.current == UInt8(ascii: "\"") else {
      throw JSONError(.expectedString, at: scanner.position)
    }
    let string = try scanner.scanString()
    if string.hasEscapes {
      let mark = output.openLength()
      scanner.append(string, to: &output)
      output.closeLength(mark)
    } else {
      output.appendVarint(UInt64(string.range.count))
      output.append(scanner.bytes.extracting(string.range))
    }
  }

  private mutating func decodeBytes(isHex: Bool) throws(JSONError) {
    let start = scanner.position
    let reason: JSONError.Reason = isHex ? .expectedHex : .expectedBase64
    guard scanner.current == UInt8(ascii: "\"") else { throw JSONError(reason, at: start) }
    let string = try scanner.scanString()
    let mark = output.openLength()
    let isRight: Bool
    if string.hasEscapes {
      // Escapes are allowed but never needed: a slash in base64 may be written as `\/`.
      var text = ByteBuffer()
      scanner.append(string, to: &text)
      isRight =
        isHex
        ? output.appendBytes(ofHexadecimal: text.span)
        : output.appendBytes(ofBase64: text.span, .either)
    } else {
      let text = scanner.bytes.extracting(string.range)
      isRight =
        isHex
        ? output.appendBytes(ofHexadecimal: text) : output.appendBytes(ofBase64: text, .either)
    }
    guard isRight else { throw JSONError(reason, at: start) }
    output.closeLength(mark)
  }

  private mutating func decodeBool() throws(JSONError) {
    guard try scanner.peek() == .bool else {
      throw JSONError(.expectedBool, at: scanner.position)
    }
    output.append(try scanner.readBool() ? 1 : 0)
  }
}

/// A message's length that does not lie in front of it yet.
private struct PendingLength {
  /// Where the message begins in the output, behind one byte for its length.
  let offset: Int
  /// The length; until the message is complete the extra bytes that came before it.
  var value: Int
}
