internal import Bytes

extension RequestWalk {
  /// Walks the message `message` in `start..<end`; false where the request is refused.
  mutating func walk(_ start: Int, _ end: Int, message: Int, depth: Int) -> Bool {
    guard depth <= RequestValidator.maximumDepth else { return fail(.nestedTooDeep, at: start) }
    let fields = unsafe entries + message &* ValidationTable.width
    var position = start
    while position < end {
      let tagStart = position
      // `position` is below `end`.
      var tag = UInt64(unsafe base[position])
      position &+= 1
      if tag >= 0x80 {
        position = varint(tagStart, end, into: &tag)
        if position < 0 { return false }
      }
      let number = tag &>> 3
      // A number below 32 has an entry.
      let entry = number < 32 ? unsafe Int(fields[Int(truncatingIfNeeded: number)]) : 0
      if entry & 7 == Int(truncatingIfNeeded: tag & 7), entry != 0 {
        let field = Int(truncatingIfNeeded: number)
        // The five bits were made of an action's raw value.
        let action = unsafe unsafeBitCast(
          UInt8(truncatingIfNeeded: (entry &>> 3) & 31), to: ValidationAction.self)
        position = known(
          action, tagStart, position, end, nested: entry &>> 8, depth: depth)
        if position < 0 { return trace(message, field) }
      } else {
        position = other(tag, entry, tagStart, position, end)
        if position < 0 {
          return entry == 0 ? false : trace(message, Int(truncatingIfNeeded: number))
        }
      }
    }
    return true
  }

  /// Walks the value of a field that has the wire type of its schema.
  ///
  /// - Returns: where the value ends, or -1 where the request is refused.
  @inline(__always)
  private mutating func known(
    _ action: ValidationAction, _ tagStart: Int, _ start: Int, _ end: Int, nested: Int, depth: Int
  ) -> Int {
    var position = start
    switch action {
    case .varint:
      // A value of one byte, as flags and enums are, is read here.
      if position < end, unsafe base[position] < 0x80 { return position &+ 1 }
      var value: UInt64 = 0
      return varint(position, end, into: &value)
    case .fixed64: return advance(position, end, by: 8)
    case .fixed32: return advance(position, end, by: 4)
    default: break
    }
    let valueEnd = length(&position, end)
    if valueEnd < 0 { return -1 }
    switch action {
    case .attribute:
      let plainEnd = plainAttributesEnd(tagStart, position, valueEnd, end)
      if plainEnd >= 0 { return plainEnd }
      return walk(position, valueEnd, message: nested, depth: depth &+ 1) ? valueEnd : -1
    case .text:
      // `length` proved that the text lies before `end`.
      if unsafe UTF8Check.isASCII(base + position, count: valueEnd &- position) { return valueEnd }
      return checkText(position, valueEnd) ? valueEnd : -1
    case .bytes: return valueEnd
    case .message:
      return walk(position, valueEnd, message: nested, depth: depth &+ 1) ? valueEnd : -1
    default:
      return special(action, tagStart, position, valueEnd, nested: nested, depth: depth)
        ? valueEnd : -1
    }
  }

  /// Steps over the attribute in `start..<valueEnd`, and those of the same field behind it, while they
  /// are plain: attributes come in rows, so most need no look into the table.
  ///
  /// - Returns: where the last of them ends, or -1 where the first is not plain.
  @inline(__always)
  private func plainAttributesEnd(
    _ tagStart: Int, _ start: Int, _ valueEnd: Int, _ end: Int
  ) -> Int {
    // The tag was read, so its first byte is below `end`.
    let tag = unsafe base[tagStart]
    var start = start
    var valueEnd = valueEnd
    var plainEnd = -1
    while isPlainAttribute(start, valueEnd) {
      plainEnd = valueEnd
      // Two bytes are left for the tag and the length, which reaches no further than `end`.
      guard end &- plainEnd >= 2, unsafe base[plainEnd] == tag, tag < 0x80 else { break }
      let count = Int(unsafe base[plainEnd &+ 1])
      guard count < 0x80, count <= end &- plainEnd &- 2 else { break }
      start = plainEnd &+ 2
      valueEnd = start &+ count
    }
    return plainEnd
  }

  /// Whether an attribute has the shape that nearly all have.
  ///
  /// That is the key first, then a value of one field, both shorter than 128 bytes and in ASCII. Any
  /// other is for `walk` to judge, from its start. Tags and short lengths are below 0x80 like the text,
  /// so one look at the run of them all shows both that it is ASCII and that no length goes on.
  @inline(__always)
  private func isPlainAttribute(_ start: Int, _ end: Int) -> Bool {
    // Every index is below `end`: six bytes from `start` are, and four from `value`, and what each
    // length reaches to is compared with `end` before it is read.
    guard end &- start >= 6, unsafe base[start] == 0x0A else { return false }
    let value = start &+ 2 &+ Int(unsafe base[start &+ 1])
    let count = end &- value
    guard count >= 4, unsafe base[value] == 0x12,
      Int(unsafe base[value &+ 1]) == count &- 2
    else { return false }
    switch unsafe base[value &+ 2] {
    case 0x0A:
      guard Int(unsafe base[value &+ 3]) == count &- 4 else { return false }
      return unsafe UTF8Check.isASCII(base + start, count: end &- start)
    case 0x10, 0x18:
      return unsafe isWholeVarint(value &+ 3, end)
        && UTF8Check.isASCII(base + start, count: value &+ 3 &- start)
    case 0x21:
      return unsafe count == 11 && UTF8Check.isASCII(base + start, count: value &+ 3 &- start)
    default: return false
    }
  }

  /// Whether `start..<end` is one varint of at most nine bytes.
  @inline(__always)
  private func isWholeVarint(_ start: Int, _ end: Int) -> Bool {
    guard end &- start <= 9 else { return false }
    var position = start
    // The value has a byte at least; `position` stays below `end`.
    while position &+ 1 < end {
      if unsafe base[position] < 0x80 { return false }
      position &+= 1
    }
    return unsafe base[position] < 0x80
  }

  /// Walks a field without a schema, or with another wire type than its schema's.
  ///
  /// - Returns: where the value ends, or -1 where the request is refused.
  @inline(never)
  private mutating func other(
    _ tag: UInt64, _ entry: Int, _ tagStart: Int, _ start: Int, _ end: Int
  ) -> Int {
    let number = tag &>> 3
    guard number > 0, number <= 0x1FFF_FFFF else {
      _ = fail(.fieldNumberOutOfRange, at: tagStart)
      return -1
    }
    guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
      _ = fail(.unknownWireType, at: tagStart)
      return -1
    }
    if entry != 0 {
      let action = ValidationAction(rawValue: UInt8(truncatingIfNeeded: (entry &>> 3) & 31))
      switch (action, type) {
      case (.packedVarints, .varint), (.packedFixed64, .fixed64), (.packedFixed32, .fixed32): break
      case (.bucketCounts, .fixed64): unit.bucketCount &+= 1
      case (.explicitBounds, .fixed64): unit.boundCount &+= 1
      default:
        _ = fail(.unexpectedWireType, at: tagStart)
        return -1
      }
    }
    var position = start
    var value: UInt64 = 0
    switch type {
    case .varint: return varint(position, end, into: &value)
    case .fixed64: return advance(position, end, by: 8)
    case .fixed32: return advance(position, end, by: 4)
    case .length: return length(&position, end)
    }
  }
}
