internal import Bytes

/// What the resource of a process follows from where its environment names no service: the program and the control group.
struct ProcessKind: Equatable {
  let path: ByteSlice
  /// The command's name, which stands for the program's where its path is not known.
  let command: ByteSlice
  let cgroup: Cgroup?
  /// Differs for most programs.
  let hint: UInt64

  /// The kind of a process in this control group.
  init(_ entry: ProcessEntry, _ cgroup: Cgroup?) {
    path = entry.executablePath
    command = entry.command
    self.cgroup = cgroup
    let shown = entry.executablePath.isEmpty ? entry.command : entry.executablePath
    let text = shown.span
    // The ends of paths differ, not their beginnings.
    var hint = UInt64(text.count)
    for index in max(0, text.count - 8)..<text.count { hint = hint &* 31 &+ UInt64(text[index]) }
    self.hint = hint
  }

  static func == (left: ProcessKind, right: ProcessKind) -> Bool {
    left.hint == right.hint && left.cgroup === right.cgroup && left.path == right.path
      && left.command == right.command
  }
}
