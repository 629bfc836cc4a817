extension ByteBuffer {
  /// Leaves room for a length that is probably about `expected`; returns the mark for `closeLength`.
  ///
  /// Where the expectation is right to the power of 128, nothing moves when the length is known.
  public mutating func openLength(expecting expected: Int) -> Int {
    for _ in 0..<ByteBuffer.varintByteCount(UInt64(expected)) { append(0) }
    return count
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
    var rest = length
    for index in 0..<width {
      let more: UInt8 = index == width - 1 ? 0 : 0x80
      replace(at: mark - room + index, with: UInt8(truncatingIfNeeded: rest & 0x7F) | more)
      rest >>= 7
    }
    return width - room
  }
}
