/// A C structure at the beginning of a record, read where it lies.
///
/// A structure of some hundred bytes, of which each reader wants a few, is not copied from one function to the next.
@safe
public struct InPlace<Value: BitwiseCopyable>: ~Escapable {
  @usableFromInline let start: UnsafePointer<Value>

  // Inlinable: for each record.
  /// The structure; nil where the record ends before it does, or does not lie as the structure has to.
  ///
  /// Meant for structures of whole numbers, whose every bit pattern is a value.
  @inlinable @inline(__always)
  @_lifetime(copy record)
  public init?(_ record: Span<UInt8>) {
    guard record.count >= MemoryLayout<Value>.size, MemoryLayout<Value>.size > 0 else { return nil }
    // The record outlives this value, and there is a first byte by the check above.
    let first = unsafe record.withUnsafeBufferPointer { unsafe $0.baseAddress.unsafelyUnwrapped }
    guard Int(bitPattern: first) % MemoryLayout<Value>.alignment == 0 else { return nil }
    // In bounds and aligned by both checks; the type has no invalid bit patterns.
    unsafe start = UnsafeRawPointer(first).assumingMemoryBound(to: Value.self)
  }

  // Inlinable: a field is a load then.
  /// The structure, of which only the fields that are used are read.
  @inlinable
  public var value: Value {
    @inline(__always)
    get {
      // Nothing changes the record while it is borrowed.
      unsafe start.pointee
    }
  }
}
