import CProbeEvents

/// Makes records as the kernel's programs do.
enum ProcessRecordBytes {
  /// The process that records are of where a test does not care.
  static let start: UInt64 = 1_000_000_000

  /// An exec record with these texts, after `change`.
  static func exec(
    path: String = "/usr/bin/ls", script: String = "", arguments: [UInt8] = Array("ls\0-l\0".utf8),
    directory: String = "", _ change: (inout process_exec) -> Void = { _ in }
  ) -> [UInt8] {
    var record = process_exec()
    let text = Array(path.utf8) + Array(script.utf8) + arguments + Array(directory.utf8)
    record.head = head(
      UInt16(PROCESS_EXEC.rawValue), UInt8(PROCESS_ON_EXEC.rawValue),
      size: MemoryLayout<process_exec>.size + (text.count + 7) & ~7)
    record.parent_pid = 50
    record.parent_start = start / 2
    record.parent_exec_seq = 3
    record.inner_pid = 100
    record.old_tid = 100
    record.login_uid = .max
    record.setuid = .max
    record.setgid = .max
    record.args_count = UInt32(arguments.count { $0 == 0 })
    record.args_size = UInt32(arguments.count)
    record.path_length = UInt16(path.utf8.count)
    record.script_length = UInt16(script.utf8.count)
    record.args_length = UInt16(arguments.count)
    record.directory_length = UInt16(directory.utf8.count)
    setText(&record.command, "ls")
    change(&record)
    return padded(bytes(of: record) + text)
  }

  /// An exit record after `change`.
  static func exit(_ change: (inout process_exit) -> Void = { _ in }) -> [UInt8] {
    var record = process_exit()
    record.head = head(
      UInt16(PROCESS_EXIT.rawValue), UInt8(PROCESS_ON_EXIT.rawValue),
      size: MemoryLayout<process_exit>.size)
    record.head.time = start + 2_500_000_000
    record.parent_pid = 50
    record.parent_start = start / 2
    record.inner_pid = 100
    setText(&record.command, "ls")
    change(&record)
    return bytes(of: record)
  }

  /// A fork record.
  static func fork() -> [UInt8] {
    var record = process_fork()
    record.head = head(
      UInt16(PROCESS_FORK.rawValue), UInt8(PROCESS_ON_FORK.rawValue),
      size: MemoryLayout<process_fork>.size)
    record.parent_pid = 50
    record.parent_tid = 51
    record.parent_start = start / 2
    record.inner_pid = 100
    setText(&record.command, "sh")
    return bytes(of: record)
  }

  /// A record of a control group.
  static func cgroup(
    _ id: UInt64, _ path: String, operation: process_cgroup_operation = PROCESS_CGROUP_MADE,
    _ change: (inout process_cgroup) -> Void = { _ in }
  ) -> [UInt8] {
    var record = process_cgroup()
    record.head = head(
      UInt16(PROCESS_CGROUP.rawValue), UInt8(PROCESS_ON_CGROUP_MKDIR.rawValue),
      size: MemoryLayout<process_cgroup>.size + (path.utf8.count + 7) & ~7)
    record.id = id
    record.operation = UInt16(operation.rawValue)
    record.path_length = UInt16(path.utf8.count)
    change(&record)
    return padded(bytes(of: record) + Array(path.utf8))
  }

  private static func head(_ type: UInt16, _ program: UInt8, size: Int) -> probe_head {
    var head = probe_head()
    head.type = type
    head.program = program
    head.size = UInt16(size)
    head.time = start + 20_000_000
    head.start = start
    head.pid = 100
    head.tid = 100
    head.exec_seq = 4
    return head
  }

  private static func setText<Text>(_ field: inout Text, _ text: String) {
    // The closure writes within the field: texts of the tests are shorter than 16 bytes.
    unsafe withUnsafeMutableBytes(of: &field) { room in
      for (index, byte) in text.utf8.enumerated() { unsafe room[index] = byte }
    }
  }

  private static func bytes<Record>(of record: Record) -> [UInt8] {
    // The bytes are copied while the record is there.
    unsafe withUnsafeBytes(of: record) { unsafe Array($0) }
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0xAA, count: (8 - bytes.count % 8) % 8)
  }
}
