internal import Bytes
internal import Identity
internal import Procfs
internal import Queues
internal import Telemetry

/// A process and its resource attributes, which are read and encoded once.
final class ProcessIdentity {
  /// The encoded attributes of the resource.
  let resource: ByteSlice
  /// The name of the command in /proc/PID/stat when they were read; `exec` changes it.
  let command: ByteSlice
  /// When the process started, in ticks since boot; tells it from another with its number.
  let startTime: UInt64
  /// Whether the filters want the process.
  let isWanted: Bool
  /// The number of the scrape that saw the process last.
  var lastScrape = 0
  /// The times at the scrape before, for utilization.
  var lastTimes: (user: UInt64, system: UInt64, wait: UInt64, at: UInt64)?

  init(resource: ByteSlice, command: ByteSlice, startTime: UInt64, isWanted: Bool) {
    self.resource = resource
    self.command = command
    self.startTime = startTime
    self.isWanted = isWanted
  }
}

/// Reads what identifies a process.
struct ProcessIdentityReader: ~Copyable {
  private let options: ProcessOptions
  private var users = UserNames()
  /// What failed at the last process, but is not muted.
  private(set) var failures: [ProcessFailure] = []
  private var buffer = ByteBuffer()

  init(_ options: ProcessOptions) {
    self.options = options
  }

  /// Reads the process's identity; `file` holds its stat, which is read already.
  mutating func read(
    _ process: Int, _ stat: ProcessStat, _ file: inout KernelFile
  ) -> ProcessIdentity {
    failures.removeAll(keepingCapacity: true)
    let command = ByteSlice(copying: file.text.extracting(stat.name))
    let line = readCommandLine(process, &file)
    let name = ProcessIdentityReader.name(command, line)
    guard options.names.includes(name.span) else {
      return ProcessIdentity(
        resource: .empty, command: command, startTime: stat.startTime, isWanted: false)
    }
    append("process.pid", UInt64(process))
    append("process.parent_pid", UInt64(stat.parent))
    append("process.executable.name", name.span)
    appendPath(process, &file)
    let first = line.first ?? .empty
    append("process.command", first.span)
    let joined = ProcessIdentityReader.join(line)
    append("process.command_line", joined.span)
    appendOwner(process, &file)
    appendGroup(process, &file)
    return ProcessIdentity(
      resource: buffer.takeSlice(), command: command, startTime: stat.startTime, isWanted: true)
  }

  /// The program's name: the command's, or the rest of it where the kernel has cut it off.
  static func name(_ command: ByteSlice, _ line: [ByteSlice]) -> ByteSlice {
    guard command.count == 15, let first = line.first else { return command }
    var start = first.count
    while start > 0, first.span[start - 1] != UInt8(ascii: "/") { start -= 1 }
    let last = first[start..<first.count]
    guard last.count > 15, last[0..<15] == command else { return command }
    return last
  }

  /// The arguments of the command line; a kernel thread has none.
  private mutating func readCommandLine(_ process: Int, _ file: inout KernelFile) -> [ByteSlice] {
    guard (try? file.read(process: process, "cmdline")) != nil else {
      fail(.name)
      return []
    }
    return ProcessIdentityReader.split(file.text)
  }

  /// The parts of a command line, which end with a zero byte each; at most 64 KiB are kept.
  static func split(_ text: Span<UInt8>) -> [ByteSlice] {
    var parts: [ByteSlice] = []
    var start = 0
    for index in 0..<min(text.count, 1 << 16) where text[index] == 0 {
      parts.append(ByteSlice(copying: text.extracting(start..<index)))
      start = index + 1
    }
    if start < text.count, start < 1 << 16 {
      parts.append(ByteSlice(copying: text.extracting(start..<min(text.count, 1 << 16))))
    }
    return parts
  }

  private static func join(_ parts: [ByteSlice]) -> ByteSlice {
    var joined = ByteBuffer()
    for (index, part) in parts.enumerated() {
      if index > 0 { joined.append(0x20) }
      joined.append(part)
    }
    return joined.takeSlice()
  }

  private mutating func appendPath(_ process: Int, _ file: inout KernelFile) {
    guard options.attributes.includes("process.executable.path") else { return }
    do {
      try file.readLink(process: process, "exe")
      append("process.executable.path", file.text)
    } catch {
      // A kernel thread has no program.
      if error.code != 2 { fail(.executable) }
      append("process.executable.path", Span())
    }
  }

  private mutating func appendOwner(_ process: Int, _ file: inout KernelFile) {
    guard options.attributes.includes("process.owner") else { return }
    guard (try? file.read(process: process, "status")) != nil,
      let user = ProcessStatus(file.text).user, let name = users.name(of: user)
    else { return fail(.user) }
    append("process.owner", name.span)
  }

  private mutating func appendGroup(_ process: Int, _ file: inout KernelFile) {
    guard options.attributes.includes("process.cgroup") else { return }
    guard (try? file.read(process: process, "cgroup")) != nil else { return fail(.cgroup) }
    append("process.cgroup", file.text.trimmed)
  }

  private mutating func fail(_ failure: ProcessFailure) {
    if !options.muted.contains(failure) { failures.append(failure) }
  }

  private mutating func append(_ key: StaticString, _ value: Span<UInt8>) {
    guard options.attributes.includes("\(key)") else { return }
    buffer.appendField(1) { pair in
      pair.appendTag(1, .length)
      pair.appendVarint(UInt64(key.utf8CodeUnitCount))
      pair.append(key)
      pair.appendField(2) { $0.appendField(1, validating: value) }
    }
  }

  private mutating func append(_ key: StaticString, _ value: UInt64) {
    guard options.attributes.includes("\(key)") else { return }
    buffer.appendField(1) { pair in
      pair.appendTag(1, .length)
      pair.appendVarint(UInt64(key.utf8CodeUnitCount))
      pair.append(key)
      pair.appendField(2) { $0.appendField(3, varint: value) }
    }
  }
}
