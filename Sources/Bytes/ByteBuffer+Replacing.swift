extension ByteBuffer {
  /// Overwrites the eight bytes from `offset` on with `value`, low byte first.
  ///
  /// - Precondition: `offset` is at least eight below `count`.
  public mutating func replaceFixed64(at offset: Int, with value: UInt64) {
    precondition(offset >= 0 && offset <= count - 8, "offset outside the buffer")
    // The eight bytes were written before, by the check above.
    unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + offset)
      .storeBytes(of: value.littleEndian, as: UInt64.self)
  }
}
