extension ByteBuffer {
  /// Leaves room for a length that is probably about `expected`; returns the mark for `closeLength`.
  ///
  /// Where the expectation is right to the power of 128, nothing moves when the length is known.
  public mutating func openLength(expecting expected: Int) -> Int {
    // The expectation itself takes as much room as is wanted, ten bytes at most.
    reserve(10)
    let start = unsafe base.unsafelyUnwrapped + written
    unsafe written &+= ByteBuffer.store(UInt64(expected), at: start) - start
    return written
  }

  /// Writes the length of what was appended since `mark`, which `openLength` returned for the same
  /// expectation.
  ///
  /// - Parameter elsewhere: how many more bytes belong to it that are not in the buffer.
  /// - Returns: how far what was appended since `mark` has moved back, less than 0 for to the front.
  /// - Complexity: O(1), and O(bytes since `mark`) where the length has another width than expected
  @discardableResult
  public mutating func closeLength(
    _ mark: Int, expecting expected: Int, elsewhere: Int = 0
  ) -> Int {
    let length = UInt64(count - mark + elsewhere)
    let width = ByteBuffer.varintByteCount(length)
    let room = ByteBuffer.varintByteCount(UInt64(expected))
    if width > room { insertZeros(width - room, at: mark) }
    if width < room { remove(room - width, at: mark - room) }
    let start = mark - room
    precondition(start >= 0 && start + width <= count, "not the mark of a length")
    // These bytes, of which there are `width`, lie in front of what was appended.
    _ = unsafe ByteBuffer.store(length, at: base.unsafelyUnwrapped + start)
    return width - room
  }
}
