extension MutableSpan where Element == UInt8 {
  // Inlinable: a word is one store then.
  /// Stores the number in the eight bytes from `offset` on, the lowest one first.
  ///
  /// - Precondition: `offset` is at least eight below `count`.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  public mutating func store(_ word: UInt64, at offset: Int) {
    precondition(offset >= 0 && offset <= count - 8, "offset outside the bytes")
    // The eight bytes lie within the span, by the check above.
    unsafe withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
  }

  // Inlinable: see store.
  /// Overwrites as many bytes from `offset` on as `bytes` has.
  ///
  /// - Precondition: they lie within the span.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  public mutating func replace(at offset: Int, with bytes: Span<UInt8>) {
    precondition(
      offset >= 0 && offset <= count - bytes.count, "more bytes than there are in the span")
    // Source and place are as long as what is copied, by the check above.
    unsafe withUnsafeMutableBytes { room in
      unsafe bytes.withUnsafeBytes { source in
        guard let first = source.baseAddress else { return }
        unsafe room.baseAddress.unsafelyUnwrapped.advanced(by: offset)
          .copyMemory(from: first, byteCount: source.count)
      }
    }
  }
}
