internal import Glibc

/// A growing run of bytes with one owner, which becomes a slice when it is complete.
@safe
public struct ByteBuffer: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>?
  @usableFromInline var room: Int
  @usableFromInline var written: Int

  // Inlinable: encoders ask for every field.
  /// The number of bytes that fit before memory is taken anew.
  @inlinable public var capacity: Int { room }

  // Inlinable: encoders ask for every field.
  /// The number of bytes written.
  @inlinable public var count: Int { written }

  /// A buffer that has room for `minimumCapacity` bytes; no memory is taken for zero.
  public init(minimumCapacity: Int = 0) {
    unsafe base = nil
    room = 0
    written = 0
    if minimumCapacity > 0 { grow(to: minimumCapacity) }
  }

  deinit {
    unsafe free(base)
  }

  /// Whether nothing has been written.
  public var isEmpty: Bool { count == 0 }

  /// The bytes written so far, borrowed.
  public var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      guard let base = unsafe base else { return Span() }
      // The buffer owns `base` and cannot change while it is borrowed.
      let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  // Inlinable: encoders write bytes one by one; a call for each takes longer than the byte.
  /// Makes room for `additional` more bytes.
  ///
  /// - Complexity: O(n) when memory moves; doubling keeps appends at O(1) each.
  @inlinable @inline(__always)
  public mutating func reserve(_ additional: Int) {
    let needed = count + additional
    if needed > capacity { grow(to: max(needed, capacity &* 2, 64)) }
  }

  @usableFromInline mutating func grow(to newCapacity: Int) {
    guard let moved = unsafe realloc(base, newCapacity) else {
      fatalError("out of memory: \(newCapacity) bytes for a buffer")
    }
    unsafe base = moved.assumingMemoryBound(to: UInt8.self)
    room = newCapacity
  }

  // Inlinable: see reserve.
  /// Appends one byte.
  @inlinable @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    // `reserve` made room, so `base` exists and `count` is below `capacity`.
    unsafe base.unsafelyUnwrapped[count] = byte
    written &+= 1
  }

  /// Appends a copy of `bytes`.
  public mutating func append(_ bytes: Span<UInt8>) {
    guard bytes.count > 0 else { return }
    reserve(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { source in
      _ = unsafe memcpy(
        base.unsafelyUnwrapped + count, source.baseAddress.unsafelyUnwrapped, source.count)
    }
    written &+= bytes.count
  }

  /// Appends a copy of the slice's bytes.
  public mutating func append(_ slice: ByteSlice) {
    append(slice.span)
  }

  /// Appends the text in UTF-8.
  public mutating func append(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    guard count > 0 else { return }
    reserve(count)
    unsafe memcpy(base.unsafelyUnwrapped + self.count, text.utf8Start, count)
    written &+= count
  }

  /// Appends the text in UTF-8.
  public mutating func append(_ text: String) {
    append(text.utf8Span.span)
  }

  /// Lets `body` write up to `maximum` bytes behind those written; it returns how many it wrote.
  ///
  /// This is how system calls and codecs fill a buffer without an intermediate copy.
  public mutating func append<E: Error>(
    maximum: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) -> Int {
    reserve(maximum)
    let free = unsafe UnsafeMutableRawBufferPointer(
      start: base.map { unsafe $0 + count }, count: maximum)
    let added = unsafe try body(free)
    precondition(added >= 0 && added <= maximum, "more bytes reported than there was room for")
    written &+= added
    return added
  }

  /// Overwrites the byte at `offset`.
  ///
  /// - Precondition: `offset` is below `count`.
  public mutating func replace(at offset: Int, with byte: UInt8) {
    precondition(offset >= 0 && offset < count, "offset outside the buffer")
    unsafe base.unsafelyUnwrapped[offset] = byte
  }

  /// Inserts `width` zero bytes before `offset`.
  ///
  /// - Complexity: O(bytes behind `offset`)
  mutating func insertZeros(_ width: Int, at offset: Int) {
    precondition(offset >= 0 && offset <= count, "offset outside the buffer")
    reserve(width)
    let gap = unsafe base.unsafelyUnwrapped + offset
    unsafe memmove(gap + width, gap, count - offset)
    unsafe memset(gap, 0, width)
    written += width
  }

  /// Removes `width` bytes from `offset` on.
  ///
  /// - Complexity: O(bytes behind `offset`)
  mutating func remove(_ width: Int, at offset: Int) {
    precondition(width >= 0 && offset >= 0 && offset + width <= count, "range outside the buffer")
    guard width > 0 else { return }
    let gap = unsafe base.unsafelyUnwrapped + offset
    unsafe memmove(gap, gap + width, count - offset - width)
    written -= width
  }

  /// Forgets the bytes behind the first `newCount`; keeps the memory.
  public mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "cannot truncate to more than there is")
    written = newCount
  }

  /// Removes the first `prefix` bytes and moves the others to the front.
  ///
  /// - Complexity: O(bytes that stay)
  public mutating func removeFirst(_ prefix: Int) {
    precondition(prefix >= 0 && prefix <= count, "cannot remove more than there is")
    guard prefix > 0, let base = unsafe base else { return }
    written -= prefix
    if count > 0 { unsafe memmove(base, base + prefix, count) }
  }

  /// Hands the bytes over as a slice and leaves the buffer empty, without copying.
  ///
  /// Memory that is mostly unused is given back first.
  public mutating func takeSlice() -> ByteSlice {
    guard count > 0, let owned = unsafe base else {
      return .empty
    }
    var block = unsafe owned
    if capacity > 256, capacity - count > capacity / 4, let shrunk = unsafe realloc(owned, count) {
      unsafe block = shrunk.assumingMemoryBound(to: UInt8.self)
      room = count
    }
    let storage = unsafe ByteStorage(adopting: block, capacity: capacity)
    let slice = ByteSlice(storage: storage, start: 0, count: count)
    unsafe base = nil
    room = 0
    written = 0
    return slice
  }
}
