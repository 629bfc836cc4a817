internal import Bytes
internal import Glibc
internal import Procfs

/// Finds the processes that hold sockets, by their descriptors in /proc.
///
/// One pass serves all sockets wanted. Blocks: a pass over a busy host takes tens of milliseconds.
public struct SocketHolders: ~Copyable {
  /// A socket whose holder is wanted.
  public struct Wanted: Sendable, Hashable {
    /// Which socket.
    public let socket: SocketDiagnostics.Socket
    /// When it was in use already, in nanoseconds since boot: a process that began later inherited it.
    public let since: UInt64

    /// A wanted socket.
    public init(_ socket: SocketDiagnostics.Socket, since: UInt64) {
      self.socket = socket
      self.since = since
    }
  }

  /// No more descriptors than this are looked at in one pass.
  public static let descriptorLimit = 1_000_000
  /// How many processes that held sockets are looked at before all others the next time.
  private static let recentLimit = 32

  /// Descriptors looked at so far.
  public private(set) var descriptorCount = 0
  private let root: String
  private var reader: ProcessReader
  private var recent: [UInt32] = []
  /// Holders that began in the very hundredth of a second in which their sockets were in use: an heir may have.
  private var doubtful: [UInt64: ProcessKey] = [:]
  private var left = 0
  private var name = [UInt8](repeating: 0, count: 64)

  /// Looks below `root` for /proc.
  public init(root: String = "") {
    self.root = root
    reader = ProcessReader(
      root: root, CgroupHierarchy(controller: -1, name: "", mountPoint: nil))
  }

  /// The holders of the sockets, as far as they are found before `isLate` says to stop.
  ///
  /// Processes of the sockets' users come before others and, of each, those with high numbers first.
  public mutating func find(
    _ wanted: [Wanted], isLate: () -> Bool = { false }
  ) -> [UInt64: ProcessKey] {
    doubtful = [:]
    let certain = findCertain(wanted, isLate)
    return certain.merging(doubtful) { certain, _ in certain }
  }

  private mutating func findCertain(
    _ wanted: [Wanted], _ isLate: () -> Bool
  ) -> [UInt64: ProcessKey] {
    left = SocketHolders.descriptorLimit
    var missing: [UInt64: UInt64] = [:]
    for one in wanted { missing[one.socket.inode] = one.since }
    let users = Set(wanted.map(\.socket.user))
    var found: [UInt64: ProcessKey] = [:]
    var seen = Set(recent)
    for process in recent { look(into: process, &missing, &found) }
    if missing.isEmpty { return found }
    let all = SocketHolders.entries(root + "/proc") { UInt32($0) }
      .filter { seen.insert($0).inserted }.sorted(by: >)
    var others: [UInt32] = []
    for process in all {
      if missing.isEmpty || left <= 0 || isLate() { return found }
      if users.contains(user(of: process)) {
        look(into: process, &missing, &found)
      } else {
        others.append(process)
      }
    }
    for process in others {
      if missing.isEmpty || left <= 0 || isLate() { return found }
      look(into: process, &missing, &found)
    }
    return found
  }

  /// Looks whether the process holds any of the sockets, and takes those out of `missing`.
  private mutating func look(
    into process: UInt32, _ missing: inout [UInt64: UInt64], _ found: inout [UInt64: ProcessKey]
  ) {
    let directory = "\(root)/proc/\(process)/fd"
    guard let handle = unsafe opendir(directory) else { return }
    defer { unsafe closedir(handle) }
    let folder = unsafe dirfd(handle)
    while !missing.isEmpty, left > 0, let entry = unsafe readdir(handle) {
      left -= 1
      descriptorCount += 1
      // The kernel ends the name with a zero byte; it lives until the next call.
      let inode = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe socket(folder, UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
      }
      guard let inode, let since = missing[inode], let key = reader.key(of: process),
        key.startTicks <= since / ProcessKey.nanosecondsPerTick,
        // Whoever has the number now still holds the socket: so the key is the holder's.
        unsafe withUnsafePointer(
          to: &entry.pointee.d_name,
          { field in
            unsafe socket(folder, UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
          }) == inode
      else { continue }
      if key.startTicks == since / ProcessKey.nanosecondsPerTick {
        keepDoubtful(key, of: inode)
        continue
      }
      missing[inode] = nil
      found[inode] = key
      remember(process)
    }
  }

  /// Keeps the holder that began first; of two that began at once, the one with the lower number, which was made first.
  private mutating func keepDoubtful(_ key: ProcessKey, of inode: UInt64) {
    if let other = doubtful[inode], (other.startTicks, other.pid) < (key.startTicks, key.pid) {
      return
    }
    doubtful[inode] = key
  }

  /// The inode of the socket that a descriptor is; nil where it is none.
  private mutating func socket(_ folder: Int32, _ entry: UnsafePointer<CChar>) -> UInt64? {
    let count = unsafe name.withUnsafeMutableBytes { room in
      // The room is as long as stated.
      unsafe readlinkat(
        folder, entry, room.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self),
        room.count)
    }
    guard count > 9 else { return nil }
    let text = name.span.extracting(0..<count)
    guard text.starts(with: "socket:[") else { return nil }
    return text.extracting(8..<count - 1).decimal
  }

  private mutating func remember(_ process: UInt32) {
    recent.removeAll { $0 == process }
    recent.insert(process, at: 0)
    if recent.count > SocketHolders.recentLimit { recent.removeLast() }
  }

  private func user(of process: UInt32) -> UInt32 {
    var status = stat()
    guard unsafe stat("\(root)/proc/\(process)", &status) == 0 else { return .max }
    return status.st_uid
  }

  /// The entries of a directory as far as `read` makes something of their names.
  private static func entries(_ path: String, _ read: (String) -> UInt32?) -> [UInt32] {
    guard let handle = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(handle) }
    var found: [UInt32] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let one = read(name) { found.append(one) }
    }
    return found
  }
}
