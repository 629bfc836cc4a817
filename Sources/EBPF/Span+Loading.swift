extension Span where Element == UInt8 {
  /// The C structure at `offset`, copied; nil where the bytes end before it does.
  ///
  /// Meant for structures of whole numbers, whose every bit pattern is a value.
  @inline(__always)
  public func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int = 0) -> Value? {
    guard offset >= 0, offset <= count, count - offset >= MemoryLayout<Value>.size else {
      return nil
    }
    // In bounds by the check above; the type has no invalid bit patterns.
    return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
  }
}
