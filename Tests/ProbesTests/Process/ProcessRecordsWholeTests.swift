import Bytes
import CProbeEvents
import Diagnostics
import Identity
import Telemetry
import TestSupport
import Testing

@testable import Probes

@Suite struct ProcessRecordsWholeTests {
  private let boot = BootClock(bootUnixNanoseconds: 1_700_000_000_000_000_000)

  private static let paths = [
    "/usr/bin/ls", "/", "relative/name", "", "/opt/\u{E4}pfel/tool",
    "/" + String(repeating: "deep/", count: 50) + "end",
  ]
  private static let arguments: [[UInt8]] = [
    Array("ls\0-l\0".utf8), [], Array("cut off".utf8), [0xFF, 0x62, 0, 0, 0x80, 0],
    Array(repeating: 0x61, count: 126) + [0], Array(repeating: 0x61, count: 127) + [0],
    Array(repeating: 0x61, count: 128) + [0], Array(repeating: 0, count: 300),
    Array(repeating: 0xFE, count: 4095) + [0], Array(repeating: 0x7A, count: 4096),
  ]
  private static let groups = [
    "/", "/system.slice/some.service", "/" + String(repeating: "slice/", count: 40) + "end",
  ]

  /// Records of every kind: with and without each thing that a record can lack, and numbers of all widths.
  private static func records() -> [[UInt8]] {
    var random: UInt64 = 88_172_645_463_325_252
    func next(_ bound: UInt64) -> UInt64 {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return random % bound
    }
    func wide() -> UInt64 { random >> (next(60) + 1) }
    var made = groups.enumerated().map { ProcessRecordBytes.cgroup(UInt64($0 + 9), $1) }
    for index in 0..<600 {
      let pid = UInt32(truncatingIfNeeded: wide() & 0x3F_FFFF) | 1
      let (start, group) = (wide(), 8 + next(4))
      let user = next(3) == 0 ? UInt32.max - 1 : 4_000_000 + UInt32(next(3))
      let script = next(4) == 0 ? "./run" : ""
      let words = arguments[Int(next(UInt64(arguments.count)))]
      let exec = ProcessRecordBytes.exec(
        path: paths[Int(next(UInt64(paths.count)))], script: script, arguments: words
      ) {
        $0.head.pid = pid
        $0.head.start = start
        $0.head.time = start &+ wide()
        $0.head.cgroup = group
        $0.head.exec_seq = UInt32(truncatingIfNeeded: wide())
        $0.head.uid = next(5) == 0 ? 4_000_009 : user
        $0.effective_uid = user
        $0.saved_uid = next(5) == 0 ? 4_000_008 : user
        $0.effective_gid = UInt32(truncatingIfNeeded: wide())
        $0.parent_pid = next(9) == 0 ? 0 : UInt32(next(40) + 1)
        $0.parent_exec_seq = UInt32(next(3))
        $0.inode = wide()
        $0.inner_pid = next(3) == 0 ? UInt32(next(400)) : pid
        $0.old_tid = next(5) == 0 ? pid &+ 1 : pid
        $0.login_uid = next(2) == 0 ? .max : UInt32(next(70_000))
        $0.setuid = next(5) == 0 ? user : .max
        $0.setgid = next(5) == 0 ? 12 : .max
        $0.capabilities = wide()
        $0.session = UInt32(truncatingIfNeeded: wide())
        $0.group = UInt32(truncatingIfNeeded: wide())
        $0.tty = UInt32(next(2))
        $0.flags = UInt16(next(4))
        $0.args_size += UInt32(next(2) * 5000)
        $0.args_count = UInt32(truncatingIfNeeded: wide())
        $0.pid_namespace = UInt32(truncatingIfNeeded: wide())
        $0.mount_namespace = UInt32(truncatingIfNeeded: wide())
      }
      made.append(exec)
      if index % 3 == 0 { made.append(exec) }
      if index % 5 == 0 { made.append(ProcessRecordBytes.fork()) }
      let isKnown = next(8) != 0
      let end = ProcessRecordBytes.exit {
        $0.head.pid = isKnown ? pid : UInt32(next(1 << 22) + 1)
        $0.head.start = start
        $0.head.time = start &+ wide()
        $0.head.cgroup = group
        $0.head.uid = user
        $0.inner_pid = next(3) == 0 ? UInt32(next(400)) : pid
        $0.status = UInt32(truncatingIfNeeded: next(2) == 0 ? next(256) << 8 : next(256))
        $0.flags = next(9) == 0 ? UInt16(next(4)) : 0
        $0.user_time = next(2) * wide()
        $0.system_time = next(2) * wide()
        $0.run_time = wide()
        $0.peak_pages = next(9) == 0 ? .max : wide() >> 14
        $0.minor_faults = wide()
        $0.major_faults = next(2) * wide()
      }
      made.append(end)
    }
    return made
  }

  /// The requests that the records lead to.
  private func payload(_ config: ProcessConfig) -> Payload {
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let table = ProcessTable(settings, boot: boot)
    var work = ProcessWork(
      config, table, boot: boot, ids: ExecID(boot: "0123456789abcdef0123456789abcdef"),
      MetricsScope(MetricsRegistry()))
    var output = ProbeOutput(version: "1")
    output.observed = 1_700_000_000_000_000_007
    for record in ProcessRecordsWholeTests.records() {
      let span = record.span
      guard let head = ProbeHead(span) else { continue }
      switch UInt32(head.type) {
      case PROCESS_EXEC.rawValue: _ = work.takeExec(span, &output)
      case PROCESS_EXIT.rawValue: _ = work.takeExit(span, &output)
      case PROCESS_FORK.rawValue: _ = work.takeFork(span, &output)
      default: _ = work.takeCgroup(span)
      }
    }
    return output.logs.takePayload()
  }

  @Test(
    "records of every kind are the same bytes as ever",
    arguments: [
      (false, "f4f77f2a7328f0bb40e94dd529e29c4e9406a64eb2ee3047ca65571fdad1c09e"),
      (true, "35073b11a12d9f220fa18a20d6fa0354580774b6949a178e2419ecc3fd4f6fa0"),
    ])
  func bytes(isLean: Bool, digest: String) {
    var config = ProcessConfig()
    config.fork = true
    if isLean {
      config.arguments = false
      config.ancestors = 0
      config.workingDirectory = false
    }
    let payload = payload(config)
    #expect(payload.itemCount > 1300)
    #expect(String(copying: SHA256.hexDigest(payload.joined().span).span) == digest)
  }

  @Test(
    "the longest texts that a record can have fit, whatever bytes they are",
    arguments: [0, 0x61, 0xFF] as [UInt8])
  func longest(byte: UInt8) throws {
    let longest = String(repeating: "a", count: ExecRecord.pathLimit)
    var record = ProcessRecordBytes.exec(
      path: longest, script: longest,
      arguments: Array(repeating: byte, count: ExecRecord.argumentsLimit)
    ) {
      $0.head.cgroup = 9
      $0.head.pid = .max
      $0.head.start = .max
      $0.head.exec_seq = .max
      $0.inner_pid = .max - 1
      $0.old_tid = .max - 1
      $0.inode = .max
      $0.args_count = .max
      $0.args_size = .max
      $0.session = .max
      $0.group = .max
      $0.flags = 3
    }
    let text = MemoryLayout<process_exec>.size
    for index in text..<text + 2 * ExecRecord.pathLimit { record[index] = byte }
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let table = ProcessTable(settings, boot: boot)
    table.cgroups.add(9, path: "/" + String(repeating: "c", count: 1023))
    var work = ProcessWork(
      ProcessConfig(), table, boot: boot, MetricsScope(MetricsRegistry()))
    var output = ProbeOutput(version: "1")
    #expect(work.takeExec(record.span, &output))
    let event = try #require(DecodedEvent.all(in: output.logs.takePayload()).first)
    let arguments = try #require(event.attributes["process.command_args"])
    #expect(arguments.unicodeScalars.count == ExecRecord.argumentsLimit - (byte == 0 ? 1 : 0))
    #expect(event.attributes["process.linux.cgroup"]?.utf8.count == 1024)
  }
}
