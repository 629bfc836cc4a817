internal import Glibc
internal import Procfs

/// What the process as a whole has used, and how it gives memory back.
enum ProcessMemory {
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
    HeapMemory.giveBack()
    for mapping in FileMapping.cleanOfThisProcess() {
      // Nothing was written to the mapping, so its file has all that it shows.
      unsafe madvise(
        UnsafeMutableRawPointer(bitPattern: mapping.start), mapping.byteCount, MADV_DONTNEED)
    }
  }
}
