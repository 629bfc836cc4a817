internal import EBPF
internal import Glibc
internal import Identity
internal import Procfs

/// What decides on this host which programs can run.
struct ProbeHostFacts {
  /// The kernel's tracepoints; nil where it tells nothing of its types.
  var types: KernelBTF?
  /// What this process may do.
  let privileges: CapabilitySet
  /// Where control groups of version 2 are mounted.
  let controlGroups: String?
  /// The place of the controller by which containers are told apart; -1 for version 2.
  let controller: Int
  /// Whether control groups of version 2 are told besides.
  var isMixed = false
  /// Whether the kernel keeps its memory from everybody, root included.
  let isLockedDown: Bool
  /// Whether this process is in a user namespace that is not the host's: there no capability holds for bpf(2).
  var isInUserNamespace = false
  /// Whether this process is in a namespace of processes that is not the host's: there /proc tells of other processes than the kernel.
  var isInProcessNamespace = false
  /// How many file descriptors this process may open.
  var descriptors = DescriptorLimit(soft: .max, hard: .max)
  /// Whether not even the facts could be read for lack of file descriptors.
  var isOutOfDescriptors = false

  /// The facts of the running system.
  static func read() -> ProbeHostFacts {
    let hierarchy = CgroupHierarchy.detect()
    var facts = ProbeHostFacts(
      types: nil, privileges: .current, controlGroups: unifiedRoot(),
      controller: hierarchy.controller, isMixed: hierarchy.unifiedMountPoint != nil,
      isLockedDown: readLockdown(),
      isInUserNamespace: isInNamespace("user", ofHost: 0xEFFF_FFFD),
      isInProcessNamespace: isInNamespace("pid", ofHost: 0xEFFF_FFFC), descriptors: .current)
    do {
      facts.types = try KernelBTF()
    } catch {
      facts.isOutOfDescriptors = error.isOutOfDescriptors
    }
    return facts
  }

  /// What keeps every program from running; nil where nothing does.
  var obstacle: Obstacle? {
    if isLockedDown {
      return Obstacle(
        "the kernel is locked down for confidentiality",
        remedy: "boot with lockdown=integrity or lockdown=none")
    }
    if isOutOfDescriptors { return descriptors.obstacle }
    if types == nil {
      return Obstacle(
        "the kernel tells nothing of its types (no /sys/kernel/btf/vmlinux)",
        remedy: "a kernel with CONFIG_DEBUG_INFO_BTF=y, such as a distribution's since 2021")
    }
    return nil
  }

  /// What keeps a program from a hook; nil where nothing is known to.
  func obstacle(for hook: ProbeHook) -> Obstacle? {
    if let obstacle { return obstacle }
    if isInUserNamespace {
      return Obstacle(
        "the collector is in a user namespace of its own, where no capability holds for bpf(2)",
        remedy: "run it in the host's user namespace, not in a rootless container")
    }
    let missing = hook.privileges.filter { !privileges.allows($0) }.map(\.name)
    if !missing.isEmpty {
      let verb = missing.count == 1 ? "is" : "are"
      return Obstacle(
        "\(ProbeHostFacts.list(missing)) \(verb) missing",
        remedy: "run as root, or with AmbientCapabilities=\(missing.joined(separator: " ")) in the "
          + "service's unit")
    }
    switch hook {
    case .tracepoint(let name, let arguments):
      guard let count = types?.argumentCount(of: name) else {
        return Obstacle(
          "this kernel has no tracepoint \(name)",
          remedy: "a newer kernel, or one with the "
            + "subsystem built in")
      }
      if let arguments, arguments != count {
        return Obstacle(
          "this kernel's tracepoint \(name) has \(count) arguments, not \(arguments)")
      }
      return nil
    case .controlGroup:
      return controlGroups == nil
        ? Obstacle(
          "no control groups of version 2 are mounted",
          remedy: "mount -t cgroup2 none /sys/fs/cgroup")
        : nil
    case .iterator, .manual: return nil
    }
  }

  /// What /proc does not tell here of the processes that the kernel tells of, though programs run.
  var shortfalls: [Obstacle] {
    if isInProcessNamespace {
      return [
        Obstacle(
          "the collector is in a namespace of processes of its own, whose /proc does not show the host's",
          remedy: "run it in the host's, such as with --pid=host in docker")
      ]
    }
    if !privileges.allows(.sysPtrace) {
      return [
        Obstacle(
          "CAP_SYS_PTRACE is missing: of other users' processes that ran before, programs are unknown, and of all of theirs "
            + "the names of services in their environments",
          remedy: "run as root, or with AmbientCapabilities=CAP_SYS_PTRACE in the service's unit")
      ]
    }
    return []
  }

  /// The names as a sentence has them: `A`, `A and B`, `A, B and C`.
  private static func list(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Whether this process is in another namespace of this kind than the host's first, whose inode never changes (proc_ns.h).
  private static func isInNamespace(_ kind: String, ofHost inode: UInt64) -> Bool {
    var status = stat()
    // The path is read and the status filled during the call.
    guard unsafe stat("/proc/self/ns/\(kind)", &status) == 0 else { return false }
    return UInt64(status.st_ino) != inode
  }

  private static func unifiedRoot() -> String? {
    // Version 1 has no such file.
    ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
      unsafe access($0 + "/cgroup.controllers", F_OK) == 0
    }
  }

  private static func readLockdown() -> Bool {
    // The path is read during the call only.
    let descriptor = unsafe open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 128)
    // The array has room for as many bytes as are asked for.
    let count = unsafe text.withUnsafeMutableBytes {
      unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
    }
    return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
      .contains("[confidentiality]")
  }
}
