internal import Bytes
internal import Procfs

/// What /proc/meminfo tells, in bytes.
struct MemoryTable: Equatable {
  var total: UInt64 = 0
  var free: UInt64 = 0
  var available: UInt64 = 0
  var buffers: UInt64 = 0
  var pageCache: UInt64 = 0
  var reclaimableSlab: UInt64 = 0
  var unreclaimableSlab: UInt64 = 0
  var dirty: UInt64 = 0
  var shared: UInt64 = 0

  /// Reads the file's text; nil where it does not state how much memory there is.
  init?(_ text: Span<UInt8>) {
    var cursor = TextCursor(text)
    repeat {
      let label = cursor.word()
      guard let kibibytes = cursor.number(), kibibytes < 1 << 53 else { continue }
      let bytes = kibibytes << 10
      if label.isEqual(to: "MemTotal:") {
        total = bytes
      } else if label.isEqual(to: "MemFree:") {
        free = bytes
      } else if label.isEqual(to: "MemAvailable:") {
        available = bytes
      } else if label.isEqual(to: "Buffers:") {
        buffers = bytes
      } else if label.isEqual(to: "Cached:") {
        pageCache = bytes
      } else if label.isEqual(to: "SReclaimable:") {
        reclaimableSlab = bytes
      } else if label.isEqual(to: "SUnreclaim:") {
        unreclaimableSlab = bytes
      } else if label.isEqual(to: "Dirty:") {
        dirty = bytes
      } else if label.isEqual(to: "Shmem:") {
        shared = bytes
      }
    } while cursor.nextLine()
    if total == 0 { return nil }
  }

  /// The page cache with what the kernel can reclaim of its own objects.
  var cached: UInt64 { pageCache + reclaimableSlab }

  /// What is neither free nor a cache.
  var used: UInt64 {
    let rest = free + buffers + cached
    return total > rest ? total - rest : 0
  }
}
