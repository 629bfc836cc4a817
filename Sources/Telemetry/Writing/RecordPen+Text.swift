public import Bytes

/// Bodies, lists, and what texts are made of.
extension RecordPen {
  // Inlinable: see RecordPen.overhead.
  /// Gives the record a body of about `expected` bytes, which `text` writes.
  @inlinable @inline(__always)
  public mutating func body(expecting expected: Int, _ text: (inout RecordPen) -> Void) {
    need(16)
    store(5 << 3 | 2)
    let value = openLength(expecting: expected)
    store(1 << 3 | 2)
    let mark = openLength(expecting: expected)
    text(&self)
    closeLength(mark, expecting: expected)
    closeLength(value, expecting: expected)
  }

  /// Gives the record an array of texts: the parts of `list`, each ended by a zero, but for the last where it has none.
  public mutating func attribute(_ key: StaticString, list: Span<UInt8>) {
    let (keyCount, expected) = (key.utf8CodeUnitCount, list.count + 16)
    need(keyCount + RecordPen.overhead)
    store(6 << 3 | 2)
    let pair = openLength(expecting: expected + keyCount)
    store(key: key)
    store(2 << 3 | 2)
    let value = openLength(expecting: expected)
    store(5 << 3 | 2)
    let array = openLength(expecting: expected)
    let isASCII = list.isASCII
    var first = 0
    while first < list.count {
      let end = list.firstZero(from: first)
      let element = list.extracting(first..<end)
      if isASCII { put(element: element) } else { put(repaired: element) }
      first = end + 1
    }
    closeLength(array, expecting: expected)
    closeLength(value, expecting: expected)
    closeLength(pair, expecting: expected + keyCount)
  }

  @inline(__always)
  private mutating func put(element text: Span<UInt8>) {
    let width = ByteBuffer.varintByteCount(UInt64(text.count))
    need(text.count + 16)
    store(1 << 3 | 2)
    store(varint: UInt64(1 + width + text.count))
    store(1 << 3 | 2)
    store(varint: UInt64(text.count))
    put(text)
  }

  private mutating func put(repaired text: Span<UInt8>) {
    if text.isUTF8 { return put(element: text) }
    put(element: String(copying: text).utf8Span.span)
  }

  /// Writes a text; what is not UTF-8 in it becomes U+FFFD.
  public mutating func put(text: Span<UInt8>) {
    if text.isUTF8 { return put(text) }
    put(String(copying: text).utf8Span.span)
  }

  /// Writes arguments, each ended by a zero, with spaces between them; what is not UTF-8 becomes U+FFFD.
  public mutating func put(line arguments: Span<UInt8>) {
    var end = arguments.count
    if end > 0, arguments[end - 1] == 0 { end -= 1 }
    let before = count
    put(text: arguments.extracting(0..<end))
    // What was written lies within the room. Without a branch, so that many bytes are done at once.
    let text = unsafe start
    for index in before..<count {
      unsafe text[index] = text[index] == 0 ? UInt8(ascii: " ") : text[index]
    }
  }

  // Inlinable: see RecordPen.overhead.
  /// Writes a number in decimal digits.
  @inlinable @inline(__always)
  public mutating func put(decimal number: UInt64) {
    put(decimal: number, digitCount: number.decimalDigitCount)
  }

  // Inlinable: see RecordPen.overhead.
  /// Writes a number in decimal digits, of which there are `digitCount`.
  @inlinable @inline(__always)
  public mutating func put(decimal number: UInt64, digitCount: Int) {
    need(digitCount)
    var rest = number
    var index = digitCount
    while index > 0 {
      index &-= 1
      let next = rest / 10
      // Within what `need` made sure of.
      unsafe at[index] = UInt8(truncatingIfNeeded: rest &- next &* 10) | 0x30
      rest = next
    }
    // See above.
    unsafe at += digitCount
  }

  // Inlinable: see RecordPen.overhead.
  /// Leaves room for a length of about `expected`; returns where what it is of begins.
  @inlinable @inline(__always)
  mutating func openLength(expecting expected: Int) -> Int {
    // The caller's `need` made sure of the room.
    unsafe at += ByteBuffer.varintByteCount(UInt64(expected))
    return count
  }

  // Inlinable: see RecordPen.overhead.
  /// Writes the length of what was written since `mark`, and moves that where it is not as wide as expected.
  @inlinable @inline(__always)
  mutating func closeLength(_ mark: Int, expecting expected: Int) {
    let length = count - mark
    let width = ByteBuffer.varintByteCount(UInt64(length))
    let room = ByteBuffer.varintByteCount(UInt64(expected))
    // Where the text ends once it lies behind its length: `need` makes sure of it where that is further on.
    let end = unsafe start + mark + length + (width - room)
    if width != room {
      need(max(0, width - room))
      // Within the room: before, what was left for the length; behind, what `need` made sure of.
      unsafe (end - length).update(from: start + mark, count: length)
    }
    // `openLength` left the room that is before the mark.
    unsafe at = start + mark - room
    store(varint: UInt64(length))
    // See above.
    unsafe at = end
  }
}
