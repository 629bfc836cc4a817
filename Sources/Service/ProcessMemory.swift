internal import CMalloc
internal import Glibc

/// How the process as a whole takes memory from the kernel and gives it back.
enum ProcessMemory {
  /// Sets the allocator up for the collector's load; call before other threads run.
  ///
  /// A worker thread of Dispatch brings an arena of its own, though a shard's work wanders between them:
  /// memory freed on one thread is then of no use to the next, which was a third of the peak. Blocks
  /// of a batch's size are kept in the heap: mapping each anew costs a page fault for every 4 KiB.
  static func prepare(shardCount: Int) {
    _ = mallopt(M_ARENA_MAX, Int32(clamping: max(1, shardCount / 2)))
    _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
    _ = mallopt(M_TRIM_THRESHOLD, 8 << 20)
  }

  /// The processor time that the process has used so far.
  static var processorTime: Duration {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return .seconds(seconds) + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }

  /// Gives back what the start or a burst has used: freed heap, and the pages of code and constants.
  ///
  /// The kernel maps 64 KiB around every page that is touched, so the start leaves most of the
  /// program's text resident. What runs on is mapped again from the page cache as it is used, at
  /// once and without reading from a disk.
  static func giveBack() {
    _ = malloc_trim(0)
    for mapping in FileMapping.cleanOfThisProcess() {
      // Nothing was written to the mapping, so its file has all that it shows.
      unsafe madvise(
        UnsafeMutableRawPointer(bitPattern: mapping.start), mapping.byteCount, MADV_DONTNEED)
    }
  }
}
