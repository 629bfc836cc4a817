internal import Bytes
internal import Glibc
internal import Identity
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
    found.add("process.owner", text: UserNames.look(up: geteuid()))
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
}
