internal import Bytes
internal import Glibc
internal import Procfs
internal import Telemetry

/// Reads what identifies this process and the container that it runs in.
enum OwnProcessDetector {
  /// The most arguments that are told.
  static let argumentLimit = 64

  static func detect(_ around: Surroundings) -> DetectedAttributes {
    var found = DetectedAttributes()
    var file = KernelFile(root: around.root)
    let process = Int(getpid())
    found.add("process.pid", .int(Int64(process)))
    if (try? file.readLink(process: process, "exe")) != nil {
      let path = String(copying: file.text)
      found.add("process.executable.path", text: path)
      found.add("process.executable.name", text: path.split(separator: "/").last.map(String.init))
    }
    if (try? file.read(process: process, "cmdline")) != nil {
      let line = String(copying: file.text).split(
        separator: "\0", omittingEmptySubsequences: false)
      found.add(
        "process.command_args",
        .array(line.dropLast().prefix(argumentLimit).map { .string(String($0)) }))
    }
    found.add("process.owner", text: userName(geteuid()))
    return found
  }

  /// The container's id; nothing where this process runs in none.
  static func detectContainer(_ around: Surroundings) -> DetectedAttributes {
    var found = DetectedAttributes()
    var file = KernelFile(root: around.root)
    if (try? file.read("/proc/self/cgroup")) != nil {
      found.add("container.id", text: ContainerID.find(inCgroupFile: file.text))
    }
    if found.entries.isEmpty, (try? file.read("/proc/self/mountinfo")) != nil {
      found.add("container.id", text: ContainerID.find(inMountInfo: file.text))
    }
    return found
  }

  private static func userName(_ user: UInt32) -> String? {
    var entry = unsafe passwd()
    var room = [CChar](repeating: 0, count: 16 << 10)
    var found: UnsafeMutablePointer<passwd>?
    // The name points into `room`, and is copied before the end.
    return unsafe room.withUnsafeMutableBufferPointer { room in
      guard let base = room.baseAddress,
        unsafe getpwuid_r(user, &entry, base, room.count, &found) == 0,
        let found = unsafe found, let name = unsafe found.pointee.pw_name
      else { return nil }
      return unsafe String(cString: name)
    }
  }
}
