internal import CMalloc

/// The allocator's memory, the most of what the process has for itself.
public enum HeapMemory {
  /// Sets the allocator up for the collector's load; call before other threads run.
  ///
  /// A worker thread of Dispatch brings an arena of its own, though a shard's work wanders between them:
  /// memory freed on one thread is then of no use to the next, which was a third of the peak. Blocks
  /// of a batch's size are kept in the heap: mapping each anew costs a page fault for every 4 KiB.
  public static func prepare(arenaCount: Int) {
    _ = mallopt(M_ARENA_MAX, Int32(clamping: max(1, arenaCount)))
    _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
    _ = mallopt(M_TRIM_THRESHOLD, 8 << 20)
  }

  /// Lets the kernel have what is free in the heap; what is used next is faulted in again.
  public static func giveBack() {
    _ = malloc_trim(0)
  }
}
