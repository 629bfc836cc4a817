internal import Bytes
internal import Glibc
internal import Identity
internal import Procfs

/// Reads from /proc what only a living process can show, and proves that it is the one meant.
struct ProcessFiles: ~Copyable {
  private var file = KernelFile()
  private var status = stat()
  private var kept = ByteBuffer()
  /// The paths of executables that were named lately.
  var known = KnownPaths()
  /// The namespace in which this process sees paths.
  private(set) lazy var mountNamespace = UInt32(
    truncatingIfNeeded: inodeOf("/proc/self/ns/mnt") ?? 0)

  /// The working directory's path, if it still is the folder with this inode; else empty.
  ///
  /// The inode proves the process too: where a number has gone to another process that is in the same folder, the
  /// path is right all the same.
  mutating func directory(of pid: UInt32, inode: UInt64) -> ByteSlice {
    guard inode != 0, inodeOf("/proc/\(pid)/cwd") == inode,
      (try? file.readLink(process: Int(pid), "cwd")) != nil, !file.text.hasDeletionNote
    else { return .empty }
    return ByteSlice(copying: file.text)
  }

  /// The executable's whole path, if it still is the file with this inode; else empty.
  mutating func executable(of pid: UInt32, inode: UInt64) -> ByteSlice {
    guard inode != 0, inodeOf("/proc/\(pid)/exe") == inode,
      (try? file.readLink(process: Int(pid), "exe")) != nil
    else { return .empty }
    return ByteSlice(copying: file.text)
  }

  /// Where symbolic links lead from a whole path of this process's mount namespace, if that is the file with this inode;
  /// else empty.
  mutating func target(of path: Span<UInt8>, inode: UInt64) -> ByteSlice {
    let path = String(copying: path)
    guard inode != 0, inodeOf(path) == inode else { return .empty }
    // The path is read during the call, and its result is copied before it is freed.
    guard let real = unsafe realpath(path, nil) else { return .empty }
    defer { unsafe free(real) }
    let target = unsafe String(cString: real)
    // The link may have changed meanwhile.
    return inodeOf(target) == inode ? ByteSlice(target) : .empty
  }

  /// The path by which the file with this inode was run before, if it still leads there; else empty.
  mutating func formerPath(inode: UInt64, device: UInt32, round: UInt64) -> ByteSlice {
    known.find(inode: inode, device: device, round: round) { path in
      var status = stat()
      // The path is read and the status filled during the call.
      return unsafe stat(String(copying: path.span), &status) == 0 && UInt64(status.st_ino) == inode
    } ?? .empty
  }

  /// The arguments of the process, the first `limit` bytes; empty where it is another or gone.
  mutating func arguments(of key: ProcessKey, limit: Int) -> ByteSlice {
    guard limit > 0, (try? file.read(process: Int(key.pid), "cmdline")) != nil else {
      return .empty
    }
    kept.truncate(to: 0)
    kept.append(file.text.extracting(0..<min(limit, file.text.count)))
    guard (try? file.read(process: Int(key.pid), "stat")) != nil,
      let stat = ProcessStat(file.text), stat.startTime == key.startTicks
    else { return .empty }
    return ByteSlice(copying: kept.span)
  }

  private mutating func inodeOf(_ path: String) -> UInt64? {
    // The path is read and the status filled during the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return UInt64(status.st_ino)
  }
}

extension Span where Element == UInt8 {
  /// Whether a path ends as the kernel shows what has no name any more.
  var hasDeletionNote: Bool {
    let note: StaticString = " (deleted)"
    let length = note.utf8CodeUnitCount
    return count > length && extracting(count - length..<count).isEqual(to: note)
  }
}
