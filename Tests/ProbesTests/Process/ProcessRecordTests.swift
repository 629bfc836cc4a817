import Bytes
import CProbeEvents
import Testing

@testable import Probes

@Suite struct ProcessRecordTests {
  @Test func `An exec record gives its texts`() {
    let bytes = ProcessRecordBytes.exec(path: "/bin/sh", script: "/tmp/run")
    var seen: [String] = []
    if let record = ExecRecord(bytes.span) {
      seen = [
        String(copying: record.path), String(copying: record.script),
        String(copying: record.arguments), String(copying: record.command),
      ]
    }
    #expect(seen == ["/bin/sh", "/tmp/run", "ls\0-l\0", "ls"])
  }

  @Test func `A record that is cut anywhere is malformed`() {
    let all = [
      ProcessRecordBytes.exec(), ProcessRecordBytes.exit(), ProcessRecordBytes.fork(),
      ProcessRecordBytes.cgroup(7, "/docker/1"),
    ]
    for bytes in all {
      #expect(isWhole(bytes))
      for count in 0..<bytes.count { #expect(!isWhole(Array(bytes.prefix(count)))) }
      #expect(!isWhole(bytes + [UInt8](repeating: 0, count: 8)))
    }
  }

  @Test(
    arguments: [
      { $0.path_length = 257 }, { $0.path_length = 0 }, { $0.script_length = 300 },
      { $0.args_length = 5000 }, { $0.args_length = .max }, { $0.args_length += 16 },
      { $0.args_size = 1 }, { $0.head.size = 0 }, { $0.head.size = .max }, { $0.head.size -= 8 },
      {
        $0.path_length = .max; $0.script_length = .max; $0.args_length = .max
      },
    ] as [@Sendable (inout process_exec) -> Void])
  func `An exec record whose lengths are not in order is malformed`(
    change: @Sendable (inout process_exec) -> Void
  ) {
    #expect(!isWhole(ProcessRecordBytes.exec(change)))
  }

  @Test(
    arguments: [
      { $0.path_length = 1025 }, { $0.path_length = 0 }, { $0.operation = 0 }, { $0.operation = 3 },
      { $0.head.size = 64 },
    ] as [@Sendable (inout process_cgroup) -> Void])
  func `A control group's record that is not in order is malformed`(
    change: @Sendable (inout process_cgroup) -> Void
  ) {
    #expect(!isWhole(ProcessRecordBytes.cgroup(1, "/system.slice/a.service", change)))
  }

  @Test func `Random bytes never do harm`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var bytes = ProcessRecordBytes.exec()
      for _ in 0..<4 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      _ = isWhole(bytes)
    }
  }

  @Test(
    arguments: [
      (0x0000, 0, 0, false), (0x0100, 1, 0, false), (0xFF00, 255, 0, false),
      (0x0009, nil, 9, false),
      (0x008B, nil, 11, true), (0x000F, nil, 15, false),
    ] as [(UInt32, UInt8?, UInt8, Bool)])
  func `The wait status tells code, signal and core`(
    status: UInt32, code: UInt8?, signal: UInt8, isDumped: Bool
  ) {
    let bytes = ProcessRecordBytes.exit { $0.status = status }
    var seen: (code: UInt8?, signal: UInt8, isDumped: Bool)?
    if let exit = ExitRecord(bytes.span) { seen = (exit.code, exit.signal, exit.hasDumpedCore) }
    #expect(seen?.code == code)
    #expect(seen?.signal == signal)
    #expect(seen?.isDumped == isDumped)
  }

  @Test(
    arguments: [
      (0, 0, 700, 700, 0), (5, 0, 700, 700, 0), (0, 5, 700, 0, 700), (3, 1, 1000, 750, 250),
      (UInt64.max, UInt64.max, 10, 5, 5),
    ] as [(UInt64, UInt64, UInt64, UInt64, UInt64)])
  func `CPU time is the scheduler's sum in the ticks' proportion`(
    user: UInt64, system: UInt64, sum: UInt64, wantedUser: UInt64, wantedSystem: UInt64
  ) {
    let bytes = ProcessRecordBytes.exit {
      $0.user_time = user
      $0.system_time = system
      $0.run_time = sum
    }
    var seen: (user: UInt64, system: UInt64)?
    if let exit = ExitRecord(bytes.span) { seen = exit.cpuTime }
    #expect(seen?.user == wantedUser)
    #expect(seen?.system == wantedSystem)
  }

  private func isWhole(_ bytes: [UInt8]) -> Bool {
    let span = bytes.span
    guard let head = ProbeHead(span) else { return false }
    switch UInt32(head.type) {
    case PROCESS_EXEC.rawValue: return ExecRecord(span) != nil
    case PROCESS_EXIT.rawValue: return ExitRecord(span) != nil
    case PROCESS_FORK.rawValue: return ForkRecord(span) != nil
    case PROCESS_CGROUP.rawValue: return CgroupRecord(span) != nil
    default: return false
    }
  }
}
