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
      if isPlainAttribute(position, valueEnd) { return valueEnd }
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

  /// Whether an attribute has the shape that nearly all have.
  ///
  /// That is the key first, then a value of one field, both shorter than 128 bytes and in ASCII. Any
  /// other is for `walk` to judge, from its start.
  @inline(__always)
  private func isPlainAttribute(_ start: Int, _ end: Int) -> Bool {
    // Every index is below `end`: six bytes from `start` are, and four from `value`, and what each
    // length reaches to is compared with `end` before it is read.
    guard end &- start >= 6, unsafe base[start] == 0x0A else { return false }
    let keyCount = Int(unsafe base[start &+ 1])
    let value = start &+ 2 &+ keyCount
    guard keyCount < 0x80, end &- value >= 4, unsafe base[value] == 0x12 else { return false }
    let valueCount = Int(unsafe base[value &+ 1])
    guard valueCount < 0x80, value &+ 2 &+ valueCount == end,
      unsafe UTF8Check.isASCII(base + start + 2, count: keyCount)
    else { return false }
    switch unsafe base[value &+ 2] {
    case 0x0A:
      let count = Int(unsafe base[value &+ 3])
      guard count < 0x80, value &+ 4 &+ count == end else { return false }
      return unsafe UTF8Check.isASCII(base + value + 4, count: count)
    case 0x10, 0x18: return isWholeVarint(value &+ 3, end)
    case 0x21: return end &- value == 11
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
