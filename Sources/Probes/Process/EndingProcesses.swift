internal import Identity

/// Processes whose ends are in the ring, but not yet told of: of them /proc has nothing, or as good as nothing, any more.
///
/// Bounded: each has one place, and one that comes later takes it over.
struct EndingProcesses {
  private static let placeCount = 1024
  private var keys = [ProcessKey](
    repeating: ProcessKey(pid: 0, startTicks: 0), count: EndingProcesses.placeCount)

  /// Takes note that the process has ended.
  mutating func insert(_ key: ProcessKey) { keys[EndingProcesses.place(of: key)] = key }

  /// Whether the process is known to have ended.
  func contains(_ key: ProcessKey) -> Bool { keys[EndingProcesses.place(of: key)] == key }

  /// Numbers are given one after the other.
  private static func place(of key: ProcessKey) -> Int { Int(key.pid) & (placeCount - 1) }
}
