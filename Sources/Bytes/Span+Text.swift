internal import Glibc

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
  ///
  /// - Precondition: `start` is not behind the end.
  public func firstZero(from start: Int) -> Int {
    precondition(start >= 0 && start <= count, "no such index")
    // Many bytes at a time, all of them within the span.
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress,
        let zero = unsafe memchr(base + start, 0, bytes.count - start)
      else { return bytes.count }
      return unsafe UnsafeRawPointer(zero) - UnsafeRawPointer(base)
    }
  }
}
