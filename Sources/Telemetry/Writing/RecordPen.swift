public import Bytes

/// Writes fields of a log record into memory that has room for all of them.
///
/// A field costs a check of the room and some stores: keys are constants where the calls are inlined. Records that come in
/// great numbers are written so, by `LogsWriter.write`; the attributes of others are left to `LogsWriter` itself.
@safe
public struct RecordPen: ~Copyable {
  @usableFromInline let start: UnsafeMutablePointer<UInt8>
  @usableFromInline let limit: UnsafeMutablePointer<UInt8>
  @usableFromInline var at: UnsafeMutablePointer<UInt8>

  // Inlinable, as all below: the length of a key is known then, and its copy is a store or two.
  /// The most bytes of an attribute beside its key and its text.
  @inlinable public static var overhead: Int { 32 }

  // Inlinable: see overhead.
  /// A pen for `room`, which must outlive it.
  @inlinable @inline(__always)
  public init(_ room: UnsafeMutableRawBufferPointer) {
    // The room is memory of bytes, and there is some: it is asked for that.
    unsafe start = room.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    unsafe at = start
    unsafe limit = start + room.count
  }

  // Inlinable: see overhead.
  /// The bytes written.
  @inlinable public var count: Int {
    // Two places of one room.
    unsafe at - start
  }

  // Inlinable: see overhead.
  /// Gives the record an attribute with a whole number.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, _ value: Int64) {
    let bits = UInt64(bitPattern: value)
    open(key, shortValueByteCount: 1 + ByteBuffer.varintByteCount(bits))
    store(3 << 3)
    store(varint: bits)
  }

  // Inlinable: see overhead.
  /// Gives the record an attribute with a truth.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, _ value: Bool) {
    open(key, shortValueByteCount: 2)
    store(2 << 3)
    store(value ? 1 : 0)
  }

  // Inlinable: see overhead.
  /// Gives the record an attribute with a fraction.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, _ value: Double) {
    open(key, shortValueByteCount: 9)
    store(4 << 3 | 1)
    // `open` made sure of the room.
    unsafe UnsafeMutableRawPointer(at).storeBytes(
      of: value.bitPattern.littleEndian, as: UInt64.self)
    // Behind what was stored.
    unsafe at += 8
  }

  // Inlinable: see overhead.
  /// Gives the record an attribute with a text; what is not UTF-8 in it becomes U+FFFD.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, _ text: Span<UInt8>) {
    guard text.isUTF8 else { return attribute(key, repaired: String(copying: text)) }
    attribute(key, utf8: text)
  }

  // Inlinable: see overhead.
  /// Gives the record an attribute with a text that is known to be UTF-8.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, utf8 text: Span<UInt8>) {
    open(key, textByteCount: text.count)
    put(text)
  }

  // Inlinable: see overhead.
  /// Gives the record an attribute with a constant.
  @inlinable @inline(__always)
  public mutating func attribute(_ key: StaticString, _ text: StaticString) {
    open(key, textByteCount: text.utf8CodeUnitCount)
    put(text)
  }

  @usableFromInline
  mutating func attribute(_ key: StaticString, repaired text: String) {
    attribute(key, utf8: text.utf8Span.span)
  }

  // Inlinable: see overhead.
  /// Begins an attribute with a text of which exactly `count` bytes follow.
  @inlinable @inline(__always)
  public mutating func open(_ key: StaticString, textByteCount count: Int) {
    let valueByteCount = 1 + ByteBuffer.varintByteCount(UInt64(count)) + count
    let keyCount = key.utf8CodeUnitCount
    need(keyCount + RecordPen.overhead + valueByteCount)
    store(6 << 3 | 2)
    let width = ByteBuffer.varintByteCount(UInt64(valueByteCount))
    // Keys are shorter than 128 bytes.
    store(varint: UInt64(2 + keyCount + 1 + width + valueByteCount))
    store(key: key)
    store(2 << 3 | 2)
    store(varint: UInt64(valueByteCount))
    store(1 << 3 | 2)
    store(varint: UInt64(count))
  }

  // Inlinable: see overhead.
  /// The head of an attribute whose value has at most 11 bytes, up to these: its lengths have one byte each.
  @inlinable @inline(__always)
  mutating func open(_ key: StaticString, shortValueByteCount: Int) {
    let keyCount = key.utf8CodeUnitCount
    precondition(keyCount <= 112, "an attribute's key is too long")
    need(keyCount + RecordPen.overhead)
    store(6 << 3 | 2)
    store(UInt8(truncatingIfNeeded: 4 + keyCount + shortValueByteCount))
    store(key: key)
    store(2 << 3 | 2)
    store(UInt8(truncatingIfNeeded: shortValueByteCount))
  }

  // Inlinable: see overhead.
  /// Writes a constant.
  @inlinable @inline(__always)
  public mutating func put(_ text: StaticString) {
    need(text.utf8CodeUnitCount)
    store(text)
  }

  // Inlinable: see overhead.
  /// Writes bytes as they are.
  @inlinable @inline(__always)
  public mutating func put(_ bytes: Span<UInt8>) {
    need(bytes.count)
    // Both the bytes and, since `need`, the room are as long as what is copied.
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe at.update(from: first, count: source.count)
    }
    unsafe at += bytes.count
  }

  // Inlinable: see overhead.
  /// Writes a byte.
  @inlinable @inline(__always)
  public mutating func put(byte: UInt8) {
    need(1)
    store(byte)
  }

  // Inlinable: see overhead.
  /// Traps where fewer bytes are left: the room is the sum of the most that each part of a record takes.
  @inlinable @inline(__always)
  func need(_ byteCount: Int) {
    // Two places of one room.
    precondition(unsafe byteCount >= 0 && limit - at >= byteCount, "a record has outgrown its room")
  }

  // Inlinable: see overhead.
  /// Stores a byte where `need` made sure of the room.
  @inlinable @inline(__always)
  mutating func store(_ byte: UInt8) {
    // The caller's `need` made sure of the room.
    unsafe at.pointee = byte
    unsafe at += 1
  }

  // Inlinable: see overhead.
  /// Stores a number of at most ten bytes where `need` made sure of the room.
  @inlinable @inline(__always)
  mutating func store(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      store(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    store(UInt8(truncatingIfNeeded: rest))
  }

  // Inlinable: see overhead.
  /// Stores a key of fewer than 128 bytes with its tag where `need` made sure of the room.
  @inlinable @inline(__always)
  mutating func store(key: StaticString) {
    store(1 << 3 | 2)
    store(UInt8(truncatingIfNeeded: key.utf8CodeUnitCount))
    store(key)
  }

  // Inlinable: see overhead.
  /// Stores a constant where `need` made sure of the room.
  @inlinable @inline(__always)
  mutating func store(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    // A constant of that length, and the caller's `need` made sure of the room.
    unsafe at.update(from: text.utf8Start, count: length)
    unsafe at += length
  }
}
