internal import Bytes

extension RequestWalk {
  /// Reads a varint at `start`.
  ///
  /// - Returns: where it ends, or -1 where the request is refused.
  @inline(never)
  mutating func varint(_ start: Int, _ end: Int, into value: inout UInt64) -> Int {
    value = 0
    var position = start
    var shift: UInt64 = 0
    while position < end {
      // `position` is below `end`.
      let byte = unsafe base[position]
      position &+= 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 {
        if shift == 63, byte > 1 { break }
        return position
      }
      shift &+= 7
      if shift > 63 { break }
    }
    _ = fail(shift >= 63 ? .varintTooLong : .truncated, at: start)
    return -1
  }

  /// Reads a length at `position` and moves behind it.
  ///
  /// - Returns: where that many bytes end, at most `end`, or -1 where the request is refused.
  @inline(__always)
  mutating func length(_ position: inout Int, _ end: Int) -> Int {
    // Two bytes of length, which reach to 16,383, are read here.
    if position &+ 1 < end {
      let first = Int(unsafe base[position])
      var count = first
      var start = position &+ 1
      if first >= 0x80 {
        let second = Int(unsafe base[start])
        if second >= 0x80 { return longLength(&position, end) }
        count = first & 0x7F | second &<< 7
        start &+= 1
      }
      if count <= end &- start {
        position = start
        return start &+ count
      }
    }
    return longLength(&position, end)
  }

  @inline(never)
  private mutating func longLength(_ position: inout Int, _ end: Int) -> Int {
    let start = position
    var count: UInt64 = 0
    position = varint(start, end, into: &count)
    if position < 0 { return -1 }
    guard count <= UInt64(end &- position) else {
      _ = fail(.truncated, at: start)
      return -1
    }
    return position &+ Int(truncatingIfNeeded: count)
  }

  /// Moves `count` bytes on; -1 where there are fewer.
  @inline(__always)
  mutating func advance(_ position: Int, _ end: Int, by count: Int) -> Int {
    if end &- position >= count { return position &+ count }
    _ = fail(.truncated, at: position)
    return -1
  }

  /// Checks text that is not all ASCII: a unit's fault, or where there is none around it the request's.
  @inline(never)
  mutating func checkText(_ start: Int, _ end: Int) -> Bool {
    // The text lies before the request's end.
    guard let offset = unsafe UTF8Check.firstInvalid(base + start, count: end &- start) else {
      return true
    }
    guard unit.isInside else { return fail(.invalidUTF8, at: start &+ offset) }
    if unit.fault == nil { unit.fault = .invalidUTF8 }
    return true
  }

  /// Checks that `start..<end` is whole varints.
  mutating func checkVarints(_ start: Int, _ end: Int) -> Bool {
    var position = start
    var value: UInt64 = 0
    while position < end {
      // `position` is below `end`.
      if unsafe base[position] < 0x80 {
        position &+= 1
      } else {
        position = varint(position, end, into: &value)
        if position < 0 { return false }
      }
    }
    return true
  }

  /// Whether one of the bytes in `start..<end` is not zero.
  func isNotZero(_ start: Int, _ end: Int) -> Bool {
    var all: UInt8 = 0
    // Every index is below `end`.
    for index in start..<end { all |= unsafe base[index] }
    return all != 0
  }
}
