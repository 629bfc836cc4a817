internal import Bytes
internal import Procfs

/// The memory that this process may use: the machine's, or what its control groups allow of it.
public enum MachineMemory {
  /// The bytes of it; nil where /proc does not tell.
  ///
  /// `root` stands in front of every path. The limits of all groups from the process's own to the outermost
  /// count. In a container that sees no groups but its own, the outermost is the container's.
  public static func byteCount(root: String = "") -> Int? {
    var file = KernelFile(root: root)
    guard (try? file.read("/proc/meminfo")) != nil, let memory = MemoryTable(file.text) else {
      return nil
    }
    let total = Int(memory.total)
    let hierarchy = CgroupHierarchy.memory(root: root)
    guard let mountPoint = hierarchy.mountPoint, (try? file.read("/proc/self/cgroup")) != nil,
      var path = hierarchy.path(inCgroupFile: file.text)
    else { return total }
    let name = hierarchy.controller < 0 ? "memory.max" : "memory.limit_in_bytes"
    var count = total
    var plain = KernelFile()
    while true {
      let limit = "\(mountPoint)\(path == "/" ? "" : path)/\(name)"
      if (try? plain.read(path: limit.utf8Span.span)) != nil,
        let bytes = plain.text.trimmed.decimal
      {
        count = Int(min(UInt64(count), bytes))
      }
      guard path.count > 1, let slash = path.lastIndex(of: "/") else { return count }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }
}
