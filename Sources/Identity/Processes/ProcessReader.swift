internal import Bytes
internal import Procfs

/// Reads what /proc tells of a process, and proves each time that it is the process meant.
struct ProcessReader: ~Copyable {
  /// A part of what /proc tells, with the control group's path in place of its id.
  struct Facts {
    var image = ProcessImage()
    var cgroupPath: String?
    /// The number in the innermost namespace; 0 where it is not told.
    var innermostPID: UInt32 = 0
  }

  private var file: KernelFile
  private let hierarchy: CgroupHierarchy

  init(root: String, _ hierarchy: CgroupHierarchy) {
    file = KernelFile(root: root)
    self.hierarchy = hierarchy
  }

  /// The key of the process that has this number now; nil where none has.
  mutating func key(of pid: UInt32) -> ProcessKey? {
    guard (try? file.read(process: Int(pid), "stat")) != nil, let stat = ProcessStat(file.text)
    else { return nil }
    return ProcessKey(pid: pid, startTicks: stat.startTime)
  }

  /// What /proc tells of the process; nil where its number belongs to another process or none.
  mutating func read(_ key: ProcessKey) -> Facts? {
    let process = Int(key.pid)
    guard (try? file.read(process: process, "stat")) != nil, let stat = ProcessStat(file.text),
      stat.startTime == key.startTicks
    else { return nil }
    var facts = Facts()
    facts.image.parentPID = UInt32(clamping: stat.parent)
    let command = ByteSlice(copying: file.text.extracting(stat.name))
    let hasPath = (try? file.readLink(process: process, "exe")) != nil
    facts.image.program = ProcessProgram(
      path: hasPath ? ByteSlice(copying: file.text) : .empty, command: command)
    if (try? file.read(process: process, "status")) != nil {
      ProcessReader.readStatus(file.text, &facts)
    }
    if (try? file.read(process: process, "cgroup")) != nil {
      facts.cgroupPath = ProcessReader.cgroupPath(file.text, hierarchy)
    }
    // The number may have gone to another process in between: then nothing is known.
    return self.key(of: key.pid) == key ? facts : nil
  }

  /// The control group's path of the process; nil where it is gone.
  mutating func cgroupPath(of key: ProcessKey) -> String? {
    guard (try? file.read(process: Int(key.pid), "cgroup")) != nil,
      let path = ProcessReader.cgroupPath(file.text, hierarchy), self.key(of: key.pid) == key
    else { return nil }
    return path
  }

  /// The service's name in the process's environment; nil where it has none or may not be read.
  mutating func serviceName(of key: ProcessKey) -> String? {
    guard (try? file.read(process: Int(key.pid), "environ")) != nil,
      let name = ServiceName.find(inEnvironment: file.text), self.key(of: key.pid) == key
    else { return nil }
    return name
  }

  /// The name that docker gave a container; nil where docker does not run it.
  mutating func dockerName(of container: String) -> String? {
    guard container.utf8.count == 64 else { return nil }
    let path = "/var/lib/docker/containers/\(container)/config.v2.json"
    guard (try? file.read(path: path.utf8Span.span)) != nil else { return nil }
    return ProcessReader.dockerName(inConfig: file.text)
  }

  /// The container's name in docker's description of it: the only name there that begins with a slash.
  static func dockerName(inConfig text: Span<UInt8>) -> String? {
    let mark: StaticString = "\"Name\":\"/"
    let length = mark.utf8CodeUnitCount
    var index = 0
    while index + length <= text.count {
      if text[index] == UInt8(ascii: "\""),
        text.extracting(index..<index + length).isEqual(to: mark)
      {
        let start = index + length
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "\"") { end += 1 }
        return end > start ? String(copying: text.extracting(start..<end)) : nil
      }
      index += 1
    }
    return nil
  }

  /// The real user and the number in the innermost namespace.
  static func readStatus(_ text: Span<UInt8>, _ facts: inout Facts) {
    var cursor = TextCursor(text)
    repeat {
      let name = cursor.word()
      if name.isEqual(to: "Uid:") {
        facts.image.user = cursor.number().flatMap { UInt32(exactly: $0) }
      } else if name.isEqual(to: "NSpid:") {
        while let number = cursor.number() { facts.innermostPID = UInt32(clamping: number) }
      }
    } while cursor.nextLine()
  }

  /// The path that tells of a container, else that of the hierarchy.
  static func cgroupPath(_ text: Span<UInt8>, _ hierarchy: CgroupHierarchy) -> String? {
    let path = hierarchy.path(inCgroupFile: text)
    if let path, ContainerID.find(inPath: path.utf8Span.span) != nil { return path }
    // In a mixed system an engine may use one tree and not another.
    var cursor = TextCursor(text)
    var best = path
    repeat {
      guard cursor.skip(behind: UInt8(ascii: ":")), cursor.skip(behind: UInt8(ascii: ":")) else {
        continue
      }
      let other = cursor.restOfLine()
      if ContainerID.find(inPath: other) != nil { return String(copying: other) }
      if (best ?? "/") == "/", Cgroup.unit(inPath: other) != nil { best = String(copying: other) }
    } while cursor.nextLine()
    return best
  }
}
