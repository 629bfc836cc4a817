// Unchecked: touched only by the shard's queue.
/// A shard's block of memory for reading from descriptors.
///
/// The pages cost nothing until they are written.
@safe
final class ScratchMemory: @unchecked Sendable {
  private var block: UnsafeMutableRawBufferPointer?

  func bytes(count: Int) -> UnsafeMutableRawBufferPointer {
    if let block = unsafe block { return unsafe block }
    let made = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    unsafe block = made
    return unsafe made
  }

  deinit {
    unsafe block?.deallocate()
  }
}
