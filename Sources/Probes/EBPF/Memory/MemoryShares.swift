/// How the receiver's memory is divided: by fixed shares, so that no part can starve another.
///
/// Of 48 parts, the rings take 10, since a ring is mapped twice in a row; batches on their way out take 2.
struct MemoryShares: Sendable {
  /// The bytes of the ring for processes' lives.
  let lifecycleRing: Int
  /// The bytes of the ring for everything else.
  let bulkRing: Int
  private let part: Int

  /// The division of `limit` MiB.
  init(limit: Int) {
    part = limit << 20 / 48
    lifecycleRing = MemoryShares.powerOfTwo(part)
    bulkRing = MemoryShares.powerOfTwo(part * 4)
  }

  /// From how many unread bytes on a ring wakes its reader: a quarter of the smaller ring.
  var wakeByteCount: Int { lifecycleRing / 4 }

  /// The bytes of the table of processes, which all capabilities share.
  var processTable: Int { part * 10 }

  /// The share of the capability called `name`.
  func limits(for name: String) -> ProbeLimits {
    switch name {
    case "process": ProbeLimits(mapByteCount: part, tableByteCount: part * 2)
    case "network": ProbeLimits(mapByteCount: part * 10, tableByteCount: part * 6)
    case "dns": ProbeLimits(mapByteCount: part, tableByteCount: part * 3)
    case "latency": ProbeLimits(mapByteCount: part * 2, tableByteCount: part)
    default: ProbeLimits(mapByteCount: part, tableByteCount: part)
    }
  }

  private static func powerOfTwo(_ limit: Int) -> Int {
    // The kernel wants a power of two of at least a page.
    max(65536, 1 << (Int.bitWidth - 1 - max(1, limit).leadingZeroBitCount))
  }
}
