internal import Bytes

/// What processes have in common that run one program in one control group and whose environments name no service.
///
/// An object, so that looking at one takes a single reference and no check of access.
final class ProcessKind {
  private let program: ProcessProgram
  private let cgroup: Cgroup?
  let resource: ProcessResource

  /// The kind of a process in this control group, which has this resource.
  init(_ entry: ProcessEntry, _ cgroup: Cgroup?, _ resource: ProcessResource) {
    program = entry.program
    self.cgroup = cgroup
    self.resource = resource
  }

  /// Whether the process is of this kind.
  func includes(_ entry: ProcessEntry, _ cgroup: Cgroup?) -> Bool {
    self.cgroup === cgroup && program.isSame(as: entry.program)
  }

  /// A number that differs for most programs.
  static func hint(of entry: ProcessEntry) -> UInt64 {
    let path = entry.executablePath
    let shown = path.isEmpty ? entry.command : path
    let text = shown.span
    // The ends of paths differ, not their beginnings.
    var hint = UInt64(text.count)
    for index in max(0, text.count - 8)..<text.count { hint = hint &* 31 &+ UInt64(text[index]) }
    return hint
  }
}
