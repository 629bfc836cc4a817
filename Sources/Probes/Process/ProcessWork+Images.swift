internal import Bytes
internal import CProbeEvents
internal import Identity

extension ProcessWork {
  /// What the table is told of a new image.
  func image(of exec: borrowing ExecRecord, _ program: ProcessProgram) -> ProcessImage {
    let fields = exec.fields
    var image = ProcessImage(program)
    image.parent = ProcessWork.parent(fields.parent_pid, fields.parent_start)
    image.user = fields.effective_uid
    image.cgroupID = fields.head.cgroup
    image.execSequence = fields.head.exec_seq
    return image
  }

  /// What the table is told of a process that it learns of at its end.
  mutating func image(of exit: borrowing ExitRecord) -> ProcessImage {
    let fields = exit.fields
    var image = ProcessImage(
      programs.program(path: .empty, command: exit.command, hint: UInt64(fields.parent_pid)))
    image.parent = ProcessWork.parent(fields.parent_pid, fields.parent_start)
    image.user = fields.head.uid
    image.cgroupID = fields.head.cgroup
    image.execSequence = fields.head.exec_seq
    return image
  }

  /// What the table is told of a process that is born.
  mutating func image(of fork: borrowing ForkRecord) -> ProcessImage {
    let fields = fork.fields
    var image = ProcessImage(
      programs.program(path: .empty, command: fork.command, hint: UInt64(fields.parent_pid)))
    image.parent = ProcessWork.parent(fields.parent_pid, fields.parent_start)
    image.user = fields.head.uid
    image.cgroupID = fields.head.cgroup
    image.execSequence = fields.head.exec_seq
    return image
  }

  /// The key of a parent; nil where the record tells none.
  static func parent(_ pid: UInt32, _ start: UInt64) -> ProcessKey? {
    pid == 0 ? nil : ProcessKey(pid: pid, startNanoseconds: start)
  }
}

extension ProcessKey {
  /// The key of the process that a record is of.
  init(_ head: probe_head) {
    self.init(pid: head.pid, startNanoseconds: head.start)
  }
}
