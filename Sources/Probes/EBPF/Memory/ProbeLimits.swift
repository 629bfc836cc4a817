/// A capability's share of the receiver's memory.
///
/// The receiver's limit is divided by fixed shares, whether capabilities are on or off: a share that is not used
/// stays free.
struct ProbeLimits: Sendable, Equatable {
  /// The bytes that the capability's maps in the kernel may take when they are full.
  var mapByteCount: Int
  /// The bytes that its tables in the collector may take when they are full.
  var tableByteCount: Int

  /// The entries of `entryByteCount` bytes that fit in `share` of the bytes for maps, a power of two, 64 at least.
  ///
  /// An entry of a hash map costs the key, the value and 48 bytes or so of the kernel's own.
  func entries(of entryByteCount: Int, share: Double = 1) -> Int {
    let count = Int(Double(mapByteCount) * share) / max(1, entryByteCount + 48)
    return max(64, 1 << (Int.bitWidth - 1 - max(1, count).leadingZeroBitCount))
  }
}
