internal import Bytes
internal import Glibc

/// The control groups by their ids, which are the inodes of their directories.
///
/// In a mixed system a process has two groups, whose ids stand in the two halves of one number: that by the controller in the
/// lower one, that of version 2 in the upper one.
///
/// Filled by a walk at the start and by what the kernel tells of new ones. Confined to one queue; `walk` blocks.
public final class CgroupPaths {
  /// The tree that the ids belong to.
  public let hierarchy: CgroupHierarchy
  /// The most groups that are known at a time.
  public let limit: Int
  /// The groups that were forgotten, the oldest first, to make room for others.
  public private(set) var evictionCount = 0

  private static let depthLimit = 32
  private static let goneLimit = 1024
  private var groups: [UInt64: Cgroup] = [:]
  /// The ids in the order in which they came, from `oldest` on.
  private var order: [UInt64] = []
  private var oldest = 0
  /// The ids of groups that are gone, a ring once it is full.
  private var gone: [UInt64] = []
  private var nextGone = 0
  /// The group that was found last: most processes are in that of the one before.
  private var last: (id: UInt64, group: Cgroup)?

  /// The groups of `hierarchy`, none of which is known yet.
  public init(_ hierarchy: CgroupHierarchy = .detect(), limit: Int = 16_384) {
    self.hierarchy = hierarchy
    self.limit = max(1, limit)
  }

  /// How many groups are known.
  public var count: Int { groups.count }

  /// The group with this id; nil where it is not known.
  public func find(_ id: UInt64) -> Cgroup? {
    if let last, last.id == id { return last.group }
    guard let group = groups[id] ?? pair(id) else { return nil }
    last = (id, group)
    return group
  }

  /// Of the two groups whose ids are in the halves, the one that tells of a container, else of a service.
  private func pair(_ id: UInt64) -> Cgroup? {
    guard hierarchy.unifiedMountPoint != nil, id >> 32 != 0 else { return nil }
    let other = groups[id & ~0xFFFF_FFFF]
    // Nothing says more than a container.
    guard let own = groups[id & 0xFFFF_FFFF] else { return other?.ranking == 2 ? other : nil }
    guard own.ranking < 2, let other else { return own }
    return other.ranking > own.ranking ? other : own
  }

  /// The group of version 2 whose id is in the upper half: what is left where that by the controller is told by nobody.
  public func unified(_ id: UInt64) -> Cgroup? {
    guard hierarchy.unifiedMountPoint != nil, id >> 32 != 0 else { return nil }
    return groups[id & ~0xFFFF_FFFF]
  }

  /// Takes note of a group; returns what its path says.
  @discardableResult
  public func add(_ id: UInt64, path: String) -> Cgroup {
    if let known = groups[id], known.path == path { return known }
    let group = Cgroup(path: path)
    last = nil
    if groups.updateValue(group, forKey: id) == nil {
      order.append(id)
      if groups.count > limit { evictOldest() }
    }
    return group
  }

  /// Takes note that a group is gone.
  ///
  /// What is known of the last 1,024 that went stays for what still tells of their processes; the kernel does not
  /// use an id again soon.
  public func remove(_ id: UInt64) {
    guard groups[id] != nil else { return }
    if gone.count < CgroupPaths.goneLimit {
      gone.append(id)
      return
    }
    last = nil
    groups[gone[nextGone]] = nil
    gone[nextGone] = id
    nextGone = (nextGone + 1) % CgroupPaths.goneLimit
  }

  /// Reads all groups that there are, as far as the limit lets.
  public func walk() {
    if let mountPoint = hierarchy.mountPoint { walk(mountPoint, shift: 0) }
    if let mountPoint = hierarchy.unifiedMountPoint { walk(mountPoint, shift: 32) }
  }

  private func walk(_ mountPoint: String, shift: UInt64) {
    var status = stat()
    // The path is read and the status filled during the call.
    guard unsafe stat(mountPoint, &status) == 0 else { return }
    add(UInt64(status.st_ino) << shift, path: "/")
    walk(mountPoint, "", shift: shift, depth: 0)
  }

  private func walk(_ root: String, _ path: String, shift: UInt64, depth: Int) {
    guard depth < CgroupPaths.depthLimit, groups.count < limit else { return }
    guard let directory = unsafe opendir(root + path) else { return }
    var found: [String] = []
    while let entry = unsafe readdir(directory) {
      guard unsafe entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      guard groups.count < limit else { break }
      add(UInt64(unsafe entry.pointee.d_ino) << shift, path: path + "/" + name)
      found.append(name)
    }
    // Closed before going further in, so that few descriptors are open at a time.
    unsafe closedir(directory)
    for name in found { walk(root, path + "/" + name, shift: shift, depth: depth + 1) }
  }

  private func evictOldest() {
    last = nil
    while oldest < order.count {
      let id = order[oldest]
      oldest += 1
      if groups.removeValue(forKey: id) != nil {
        evictionCount += 1
        break
      }
    }
    if oldest > 1024, oldest > order.count / 2 {
      order.removeFirst(oldest)
      oldest = 0
    }
  }
}
