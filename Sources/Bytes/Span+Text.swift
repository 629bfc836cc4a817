extension Span where Element == UInt8 {
  // Inlinable: see UTF8Check.isASCII.
  /// Whether all bytes are below 128.
  @inlinable public var isASCII: Bool {
    @inline(__always)
    get {
      // The check reads the span's bytes only.
      unsafe withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return true }
        return unsafe UTF8Check.isASCII(base, count: source.count)
      }
    }
  }

  // Inlinable: nearly all texts are ASCII.
  /// Whether the bytes are UTF-8.
  @inlinable public var isUTF8: Bool {
    @inline(__always)
    get { isASCII || hasNoInvalidText }
  }

  @usableFromInline var hasNoInvalidText: Bool {
    // The check reads the span's bytes only.
    unsafe withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return true }
      return unsafe UTF8Check.firstInvalid(base, count: source.count) == nil
    }
  }

  /// The index of the first zero from `start` on, or the number of bytes.
  public func firstZero(from start: Int) -> Int {
    var index = start
    while index < count, self[index] != 0 { index += 1 }
    return index
  }
}
