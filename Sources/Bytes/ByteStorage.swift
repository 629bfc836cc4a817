internal import Glibc

// Unchecked: written only before it is shared.
/// A block of memory that byte slices share; freed when the last of them is gone.
///
/// Bytes that a slice covers are never written again, so slices may cross queues.
@safe
final class ByteStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt8>
  let capacity: Int

  /// Takes ownership of `base`, which `malloc` made.
  init(adopting base: UnsafeMutablePointer<UInt8>, capacity: Int) {
    unsafe self.base = base
    self.capacity = capacity
  }

  deinit {
    unsafe free(base)
  }
}
