internal import Bytes

/// What /proc/meminfo tells, in bytes.
public struct MemoryTable {
  /// What the machine has.
  public private(set) var total: UInt64 = 0
  /// What nobody uses.
  public private(set) var free: UInt64 = 0
  /// What programs can have before the kernel must swap.
  public private(set) var available: UInt64 = 0
  /// The cache of block devices.
  public private(set) var buffers: UInt64 = 0
  /// The cache of files.
  public private(set) var pageCache: UInt64 = 0
  /// What the kernel can give back of its own objects.
  public private(set) var reclaimableSlab: UInt64 = 0
  /// What the kernel cannot give back of its own objects.
  public private(set) var unreclaimableSlab: UInt64 = 0
  /// What is to be written to files.
  public private(set) var dirty: UInt64 = 0
  /// What processes share, tmpfs too.
  public private(set) var shared: UInt64 = 0

  /// Reads the file's text; nil where it does not state how much memory there is.
  public init?(_ text: Span<UInt8>) {
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
  public var cached: UInt64 { pageCache + reclaimableSlab }

  /// What is neither free nor a cache.
  public var used: UInt64 {
    let rest = free + buffers + cached
    return total > rest ? total - rest : 0
  }
}
