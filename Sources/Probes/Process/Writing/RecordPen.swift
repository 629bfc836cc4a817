internal import Bytes
internal import Glibc

/// Writes fields of a log record into memory that has room for all of them.
///
/// A field costs a check of the room and some stores: keys are constants where the calls are inlined. What is written
/// with each record of a process is written so; what is kept or seldom is left to `LogsWriter`.
@safe
struct RecordPen: ~Copyable {
  /// The most bytes of an attribute beside its key and its text.
  static let overhead = 32
  private static let attributesTag: UInt8 = 6 << 3 | 2
  private static let bodyTag: UInt8 = 5 << 3 | 2

  private let start: UnsafeMutablePointer<UInt8>
  private let limit: UnsafeMutablePointer<UInt8>
  private var at: UnsafeMutablePointer<UInt8>

  /// A pen for `room`, which must outlive it.
  init(_ room: UnsafeMutableRawBufferPointer) {
    // The room is memory of bytes, and there is some: it is asked for that.
    unsafe start = room.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    unsafe at = start
    unsafe limit = start + room.count
  }

  /// The bytes written.
  var count: Int { unsafe at - start }

  // Inlined, as all that follow: the key's length is known then, and its copy is a store or two.
  /// Gives the record an attribute with a whole number.
  @inline(__always)
  mutating func attribute(_ key: StaticString, _ value: Int64) {
    let bits = UInt64(bitPattern: value)
    let width = ByteBuffer.varintByteCount(bits)
    open(key, valueByteCount: 1 + width)
    put(3 << 3)
    put(varint: bits)
  }

  /// Gives the record an attribute with a truth.
  @inline(__always)
  mutating func attribute(_ key: StaticString, _ value: Bool) {
    open(key, valueByteCount: 2)
    put(2 << 3)
    put(value ? 1 : 0)
  }

  /// Gives the record an attribute with a fraction.
  @inline(__always)
  mutating func attribute(_ key: StaticString, _ value: Double) {
    open(key, valueByteCount: 9)
    put(4 << 3 | 1)
    // `open` made sure of the room.
    unsafe UnsafeMutableRawPointer(at).storeBytes(
      of: value.bitPattern.littleEndian, as: UInt64.self)
    // Behind what was stored.
    unsafe at += 8
  }

  /// Gives the record an attribute with a text; what is not UTF-8 in it becomes U+FFFD.
  @inline(__always)
  mutating func attribute(_ key: StaticString, _ text: Span<UInt8>) {
    guard text.isUTF8 else { return attribute(key, repaired: String(copying: text)) }
    attribute(key, utf8: text)
  }

  /// Gives the record an attribute with a text that is known to be UTF-8.
  @inline(__always)
  mutating func attribute(_ key: StaticString, utf8 text: Span<UInt8>) {
    open(key, textByteCount: text.count)
    put(text)
  }

  private mutating func attribute(_ key: StaticString, repaired text: String) {
    attribute(key, utf8: text.utf8Span.span)
  }

  /// Begins an attribute with a text of which exactly `count` bytes follow.
  @inline(__always)
  mutating func open(_ key: StaticString, textByteCount count: Int) {
    open(key, valueByteCount: 1 + ByteBuffer.varintByteCount(UInt64(count)) + count)
    put(1 << 3 | 2)
    put(varint: UInt64(count))
  }

  /// The head of an attribute up to its value's fields.
  @inline(__always)
  private mutating func open(_ key: StaticString, valueByteCount: Int) {
    let keyCount = key.utf8CodeUnitCount
    need(keyCount + RecordPen.overhead + valueByteCount)
    put(RecordPen.attributesTag)
    let width = ByteBuffer.varintByteCount(UInt64(valueByteCount))
    // Keys are shorter than 128 bytes.
    put(varint: UInt64(2 + keyCount + 1 + width + valueByteCount))
    put(1 << 3 | 2)
    put(UInt8(truncatingIfNeeded: keyCount))
    // A constant of that length, and `need` made sure of the room.
    unsafe at.update(from: key.utf8Start, count: keyCount)
    unsafe at += keyCount
    put(2 << 3 | 2)
    put(varint: UInt64(valueByteCount))
  }

  /// Gives the record a body of about `expected` bytes, which `text` writes.
  @inline(__always)
  mutating func body(expecting expected: Int, _ text: (inout RecordPen) -> Void) {
    need(16)
    put(RecordPen.bodyTag)
    let value = openLength(expecting: expected)
    put(1 << 3 | 2)
    let mark = openLength(expecting: expected)
    text(&self)
    closeLength(mark, expecting: expected)
    closeLength(value, expecting: expected)
  }

  /// Gives the record an array of texts: the parts of `list`, each ended by a zero, but for the last where it has none.
  mutating func attribute(_ key: StaticString, list: Span<UInt8>) {
    let (keyCount, expected) = (key.utf8CodeUnitCount, list.count + 16)
    need(keyCount + RecordPen.overhead)
    put(RecordPen.attributesTag)
    let pair = openLength(expecting: expected + keyCount)
    put(1 << 3 | 2)
    put(UInt8(truncatingIfNeeded: keyCount))
    put(key)
    put(2 << 3 | 2)
    let value = openLength(expecting: expected)
    put(5 << 3 | 2)
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
    put(1 << 3 | 2)
    put(varint: UInt64(1 + width + text.count))
    put(1 << 3 | 2)
    put(varint: UInt64(text.count))
    put(text)
  }

  private mutating func put(repaired text: Span<UInt8>) {
    if text.isUTF8 { return put(element: text) }
    put(element: String(copying: text).utf8Span.span)
  }

  // Inlined: a constant's length is known then.
  /// Writes a constant.
  @inline(__always)
  mutating func put(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    need(length)
    // A constant of that length, and `need` made sure of the room.
    unsafe at.update(from: text.utf8Start, count: length)
    unsafe at += length
  }

  /// Writes bytes as they are.
  @inline(__always)
  mutating func put(_ bytes: Span<UInt8>) {
    need(bytes.count)
    // Both the bytes and, since `need`, the room are as long as what is copied.
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe at.update(from: first, count: source.count)
    }
    unsafe at += bytes.count
  }

  /// Writes a byte.
  mutating func put(byte: UInt8) {
    need(1)
    put(byte)
  }

  /// Overwrites zeros behind the first `offset` bytes.
  mutating func replaceZeros(from offset: Int, with byte: UInt8) {
    precondition(offset >= 0 && offset <= count, "offset outside what was written")
    // What was written lies within the room.
    for index in offset..<count where unsafe start[index] == 0 { unsafe start[index] = byte }
  }

  /// Traps where fewer bytes are left: the room is the sum of the most that each part of a record takes.
  @inline(__always)
  private func need(_ byteCount: Int) {
    // Two places of one room.
    precondition(unsafe byteCount >= 0 && limit - at >= byteCount, "a record has outgrown its room")
  }

  /// Writes a byte where `need` made sure of the room.
  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    // The caller's `need` made sure of the room.
    unsafe at.pointee = byte
    unsafe at += 1
  }

  /// Writes a number of at most ten bytes where `need` made sure of the room.
  @inline(__always)
  private mutating func put(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      put(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    put(UInt8(truncatingIfNeeded: rest))
  }

  /// Leaves room for a length of about `expected`; returns where what it is of begins.
  @inline(__always)
  private mutating func openLength(expecting expected: Int) -> Int {
    // The caller's `need` made sure of the room.
    unsafe at += ByteBuffer.varintByteCount(UInt64(expected))
    return count
  }

  /// Writes the length of what was written since `mark`, and moves that where it is not as wide as expected.
  @inline(__always)
  private mutating func closeLength(_ mark: Int, expecting expected: Int) {
    let length = count - mark
    let width = ByteBuffer.varintByteCount(UInt64(length))
    let room = ByteBuffer.varintByteCount(UInt64(expected))
    // Where the text ends once it lies behind its length: `need` makes sure of it where that is further on.
    let end = unsafe start + mark + length + (width - room)
    if width != room {
      need(max(0, width - room))
      // Within the room: before, what was left for the length; behind, what `need` made sure of.
      unsafe memmove(end - length, start + mark, length)
    }
    // `openLength` left the room that is before the mark.
    unsafe at = start + mark - room
    put(varint: UInt64(length))
    // See above.
    unsafe at = end
  }
}
