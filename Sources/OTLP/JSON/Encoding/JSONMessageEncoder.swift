internal import Bytes
internal import Telemetry

/// One pass over the protobuf form of a message, which writes its JSON form.
struct JSONMessageEncoder: ~Copyable, ~Escapable {
  /// The most messages within one another, as elsewhere on the wire.
  private static let maximumDepth = 100

  let bytes: Span<UInt8>
  private let table: JSONTable
  var output: ByteBuffer

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, _ table: JSONTable, appendingTo output: consuming ByteBuffer) {
    self.bytes = bytes
    self.table = table
    self.output = output
  }

  /// Writes the message whose fields lie in `range`.
  mutating func encodeMessage(
    _ index: Int, in range: Range<Int>, depth: Int
  ) throws(WireError) {
    guard depth < JSONMessageEncoder.maximumDepth else {
      throw WireError(.nestedTooDeep, at: range.lowerBound)
    }
    let message = table.messages[index]
    guard try isInOrder(message, range) else {
      try encodeScattered(message, [range], depth: depth)
      return
    }
    output.append(UInt8(ascii: "{"))
    var isFirst = true
    var openArray = -1
    var reader = WireReader(bytes, in: range)
    while let field = try reader.nextField() {
      let index = known(field, in: message)
      if index < 0 {
        try reader.skip(field.type)
        continue
      }
      if index != openArray {
        if openArray >= 0 { output.append(UInt8(ascii: "]")) }
        writeName(index, &isFirst)
        openArray = -1
        if table.fields[index].isRepeated {
          openArray = index
          output.append(UInt8(ascii: "["))
        }
      }
      if openArray < 0 {
        try encodeValue(table.fields[index], &reader, depth: depth)
      } else {
        try encodeElement(index, field.type, &reader, depth: depth)
      }
    }
    if openArray >= 0 { output.append(UInt8(ascii: "]")) }
    output.append(UInt8(ascii: "}"))
  }

  /// The index of a field that the schema has with this wire type, or -1.
  @inline(__always)
  private func known(_ field: WireField, in message: JSONTable.Message) -> Int {
    let index = table.field(number: field.number, in: message)
    guard index >= 0 else { return -1 }
    let schema = table.fields[index]
    if field.type == schema.kind.wireType { return index }
    return field.type == .length && schema.isRepeated ? index : -1
  }

  /// Whether the known fields stand in ascending order and only repeated ones more than once.
  @inline(__always)
  private func isInOrder(_ message: JSONTable.Message, _ range: Range<Int>) throws(WireError)
    -> Bool
  {
    var reader = WireReader(bytes, in: range)
    var last = -1
    while let field = try reader.nextField() {
      try reader.skip(field.type)
      let index = known(field, in: message)
      guard index >= 0 else { continue }
      if index < last || index == last && !table.fields[index].isRepeated { return false }
      last = index
    }
    return true
  }

  @inline(__always)
  private mutating func writeName(_ index: Int, _ isFirst: inout Bool) {
    if !isFirst { output.append(UInt8(ascii: ",")) }
    isFirst = false
    let names = table.names
    output.append(names.span.extracting(table.fields[index].quotedName))
  }

  /// Writes one element, or all that are packed into one value.
  private mutating func encodeElement(
    _ index: Int, _ type: WireType, _ reader: inout WireReader, depth: Int
  ) throws(WireError) {
    let field = table.fields[index]
    // No element ends in a bracket of this kind, so one stands there before the first element.
    var needsComma = output.span[output.count - 1] != UInt8(ascii: "[")
    if type == field.kind.wireType {
      if needsComma { output.append(UInt8(ascii: ",")) }
      try encodeValue(field, &reader, depth: depth)
      return
    }
    var packed = WireReader(bytes, in: try reader.readLength())
    while !packed.isAtEnd {
      if needsComma { output.append(UInt8(ascii: ",")) }
      needsComma = true
      try encodeValue(field, &packed, depth: depth)
    }
  }

  @inline(__always)
  private mutating func encodeValue(
    _ field: JSONField, _ reader: inout WireReader, depth: Int
  ) throws(WireError) {
    if field.kind == .message {
      try encodeMessage(Int(field.message), in: try reader.readLength(), depth: depth + 1)
    } else {
      try encodeScalar(field, &reader)
    }
  }

  /// Writes the elements of the root's repeated field `index`; its name too where it is not open.
  mutating func encodeElements(of index: Int, isOpen: inout Bool) throws(WireError) {
    try encodeElements(
      of: index, table.messages[0], [0..<bytes.count], isOpen: &isOpen, depth: 0)
  }

  private mutating func encodeElements(
    of index: Int, _ message: JSONTable.Message, _ parts: [Range<Int>], isOpen: inout Bool,
    depth: Int
  ) throws(WireError) {
    for part in parts {
      var reader = WireReader(bytes, in: part)
      while let field = try reader.nextField() {
        guard known(field, in: message) == index else {
          try reader.skip(field.type)
          continue
        }
        if !isOpen {
          var isFirst = output.span[output.count - 1] == UInt8(ascii: "{")
          writeName(index, &isFirst)
          output.append(UInt8(ascii: "["))
          isOpen = true
        }
        try encodeElement(index, field.type, &reader, depth: depth)
      }
    }
  }

  /// Writes a message whose fields lie in several parts or out of order; protobuf encoding, "Last
  /// One Wins": of a scalar the last value counts, messages are merged.
  private mutating func encodeScattered(
    _ message: JSONTable.Message, _ parts: [Range<Int>], depth: Int
  ) throws(WireError) {
    guard depth < JSONMessageEncoder.maximumDepth else {
      throw WireError(.nestedTooDeep, at: parts.first?.lowerBound ?? 0)
    }
    output.append(UInt8(ascii: "{"))
    for index in message.fields {
      if table.fields[index].isRepeated {
        var isOpen = false
        try encodeElements(of: index, message, parts, isOpen: &isOpen, depth: depth)
        if isOpen { output.append(UInt8(ascii: "]")) }
      } else {
        try encodeLast(of: index, message, parts, depth: depth)
      }
    }
    output.append(UInt8(ascii: "}"))
  }

  private mutating func encodeLast(
    of index: Int, _ message: JSONTable.Message, _ parts: [Range<Int>], depth: Int
  ) throws(WireError) {
    let schema = table.fields[index]
    var values: [Range<Int>] = []
    for part in parts {
      var reader = WireReader(bytes, in: part)
      while let field = try reader.nextField() {
        let start = reader.position
        let isWanted = known(field, in: message) == index
        if isWanted, schema.kind == .message {
          values.append(try reader.readLength())
        } else {
          try reader.skip(field.type)
          if isWanted { values = [start..<reader.position] }
        }
      }
    }
    guard let last = values.last else { return }
    var isFirst = output.span[output.count - 1] == UInt8(ascii: "{")
    writeName(index, &isFirst)
    if schema.kind != .message {
      var reader = WireReader(bytes, in: last)
      try encodeScalar(schema, &reader)
    } else if values.count == 1 {
      try encodeMessage(Int(schema.message), in: last, depth: depth + 1)
    } else {
      try encodeScattered(table.messages[Int(schema.message)], values, depth: depth + 1)
    }
  }
}
