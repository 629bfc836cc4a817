internal import CNghttp2
internal import Glibc

/// The memory of one nghttp2 session, of which a resting session keeps only what tells something.
///
/// nghttp2 holds 16 KiB for the frame that it writes and 4 KiB for its table of streams. Between
/// requests the one is of no use and the other is zero; `giveBackPages` lets the kernel have them,
/// which costs a page fault each when the next request comes.
@safe
final class SessionMemory {
  private static let pageByteCount = 4096
  private static let frameByteCount = 16_384

  // Blocks of whole pages, few at any time. They are nghttp2's, freed through `free` alone.
  private var blocks: [UnsafeMutableRawBufferPointer] = unsafe []
  private var frame: UnsafeMutableRawPointer?

  /// The allocator as nghttp2 calls it; this object must outlive the session.
  var allocator: nghttp2_mem {
    unsafe nghttp2_mem(
      mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
      malloc: { size, memory in unsafe SessionMemory.of(memory).allocate(size) },
      free: { block, memory in unsafe SessionMemory.of(memory).release(block) },
      calloc: { count, size, memory in
        unsafe SessionMemory.of(memory).allocateZeroed(count, size)
      },
      realloc: { block, size, memory in
        unsafe SessionMemory.of(memory).reallocate(block, size)
      })
  }

  /// Notes which block is the one for frames: the only large one of a session without streams.
  func sessionIsMade() {
    unsafe frame = blocks.first { $0.count > SessionMemory.frameByteCount }?.baseAddress
  }

  /// Lets the kernel have the pages that hold nothing; call where no frame is under way.
  func giveBackPages() {
    for index in unsafe blocks.indices {
      let block = unsafe blocks[index]
      guard unsafe block.baseAddress == frame || isZero(block) else { continue }
      unsafe madvise(block.baseAddress, block.count, MADV_DONTNEED)
    }
  }

  private func isZero(_ block: UnsafeMutableRawBufferPointer) -> Bool {
    unsafe block.allSatisfy { $0 == 0 }
  }

  // The pointer is the one that `allocator` made, of an object that outlives the session.
  private static func of(_ memory: UnsafeMutableRawPointer?) -> SessionMemory {
    guard let memory = unsafe memory else { fatalError("nghttp2 gave back no context") }
    return unsafe Unmanaged<SessionMemory>.fromOpaque(memory).takeUnretainedValue()
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    size < SessionMemory.pageByteCount ? unsafe malloc(size) : unsafe allocatePages(size)
  }

  private func allocateZeroed(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
    let (total, overflows) = count.multipliedReportingOverflow(by: size)
    if overflows { return nil }
    guard total >= SessionMemory.pageByteCount else { return unsafe calloc(count, size) }
    return unsafe allocatePages(total)
  }

  private func reallocate(
    _ block: UnsafeMutableRawPointer?, _ size: Int
  ) -> UnsafeMutableRawPointer? {
    guard let old = unsafe block else { return unsafe allocate(size) }
    guard let pages = unsafe blocks.first(where: { unsafe $0.baseAddress == old }) else {
      return unsafe realloc(old, size)
    }
    guard let new = unsafe allocate(size) else { return nil }
    unsafe memcpy(new, old, min(pages.count, size))
    unsafe release(old)
    return unsafe new
  }

  private func allocatePages(_ size: Int) -> UnsafeMutableRawPointer? {
    let page = SessionMemory.pageByteCount
    let count = (size + page - 1) & ~(page - 1)
    let block = unsafe mmap(
      nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block = unsafe block, unsafe block != MAP_FAILED else { return nil }
    unsafe blocks.append(UnsafeMutableRawBufferPointer(start: block, count: count))
    return unsafe block
  }

  private func release(_ block: UnsafeMutableRawPointer?) {
    guard let index = unsafe blocks.firstIndex(where: { unsafe $0.baseAddress == block }) else {
      return unsafe free(block)
    }
    if unsafe block == frame { unsafe frame = nil }
    unsafe munmap(block, blocks.remove(at: index).count)
  }
}
