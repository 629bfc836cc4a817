import Bytes
import CProbeEvents
import Diagnostics
import Glibc
import Identity
import Telemetry
import TestSupport
import Testing

@testable import Probes

@Suite struct ProcessWorkTests {
  private let boot = BootClock(bootUnixNanoseconds: 1_700_000_000_000_000_000)

  /// The events that records lead to, all given to one worker.
  private func events(
    _ config: ProcessConfig = ProcessConfig(), _ metrics: MetricsRegistry = MetricsRegistry(),
    _ records: [UInt8]...
  ) -> [DecodedEvent] {
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let table = ProcessTable(settings, boot: boot)
    var work = ProcessWork(
      config, table, boot: boot, ids: ExecID(boot: "b"), MetricsScope(metrics))
    var output = ProbeOutput(version: "1")
    output.observed = 1_700_000_000_000_000_007
    for record in records {
      let span = record.span
      guard let head = ProbeHead(span) else { continue }
      switch UInt32(head.type) {
      case PROCESS_EXEC.rawValue: _ = work.takeExec(span, &output)
      case PROCESS_EXIT.rawValue: _ = work.takeExit(span, &output)
      case PROCESS_FORK.rawValue: _ = work.takeFork(span, &output)
      default: _ = work.takeCgroup(span)
      }
    }
    return DecodedEvent.all(in: output.logs.takePayload())
  }

  @Test func `A new image is told with everything that the kernel said`() throws {
    let record = ProcessRecordBytes.exec {
      $0.head.uid = 4_000_001
      $0.effective_uid = 4_000_002
      $0.saved_uid = 4_000_002
      $0.effective_gid = 12
      $0.setuid = 4_000_002
      $0.login_uid = 1000
      $0.capabilities = 0x1FF_FFFF_FFFF
      $0.session = 40
      $0.group = 41
      $0.tty = 5
      $0.inode = 77
      $0.old_tid = 104
      $0.inner_pid = 3
      $0.pid_namespace = 1
      $0.mount_namespace = 2
      $0.network_namespace = 3
      $0.user_namespace = 4
    }
    let event = try #require(events(ProcessConfig(), MetricsRegistry(), record).first)
    #expect(event.name == "process.exec")
    #expect(event.body == "pid 100 executes /usr/bin/ls: ls -l")
    #expect(event.severity == "INFO")
    #expect(event.time == 1_700_000_001_020_000_000)
    #expect(
      event.attributes == [
        "process.pid": "100", "process.vpid": "3", "process.parent_pid": "50",
        "process.creation.time": "2023-11-14T22:13:21.000Z", "process.executable.name": "ls",
        "process.executable.path": "/usr/bin/ls", "process.executable.inode": "77",
        "thread.id": "104", "process.command_args": "ls|-l", "process.args_count": "2",
        "process.user.id": "4000002", "process.real_user.id": "4000001", "process.group.id": "12",
        "process.login_user.id": "1000", "process.setuid": "4000002",
        "process.capabilities.effective": "000001ffffffffff", "process.session_leader.pid": "40",
        "process.group_leader.pid": "41", "process.interactive": "true",
        "process.namespace.pid": "1", "process.namespace.mnt": "2", "process.namespace.net": "3",
        "process.namespace.user": "4", "process.exec_id": "b-100-100-4",
        "process.parent_exec_id": "b-50-50-3", "process.ancestors": "",
      ])
    #expect(event.resource["service.name"] == "ls")
  }

  @Test func `Bytes that are not UTF-8 are shown as replacement characters`() throws {
    let record = ProcessRecordBytes.exec(arguments: Array("a\0".utf8) + [0xFF, 0x62, 0, 0])
    let event = try #require(events(ProcessConfig(), MetricsRegistry(), record).first)
    #expect(event.attributes["process.command_args"] == "a|\u{FFFD}b|")
    #expect(event.body == "pid 100 executes /usr/bin/ls: a \u{FFFD}b ")
  }

  @Test func `Truncated arguments say so, and how many there were`() throws {
    let record = ProcessRecordBytes.exec(arguments: Array("ls\0--lon".utf8)) {
      $0.args_count = 9
      $0.args_size = 4000
    }
    let event = try #require(events(ProcessConfig(), MetricsRegistry(), record).first)
    #expect(event.attributes["process.command_args"] == "ls|--lon")
    #expect(event.attributes["process.args_count"] == "9")
    #expect(event.attributes["process.args_truncated"] == "true")
    #expect(event.body.hasSuffix("ls --lon ..."))
  }

  @Test func `A script, a deleted executable and one in memory are told apart`() {
    let found = events(
      ProcessConfig(), MetricsRegistry(), ProcessRecordBytes.exec(path: "/bin/sh", script: "./run"),
      ProcessRecordBytes.exec { $0.flags = UInt16(PROCESS_EXEC_UNLINKED.rawValue) },
      ProcessRecordBytes.exec {
        $0.flags = UInt16(PROCESS_EXEC_UNLINKED.rawValue | PROCESS_EXEC_MEMFD.rawValue)
      })
    #expect(found.map { $0.attributes["process.script.path"] } == ["./run", nil, nil])
    #expect(found.map { $0.attributes["process.executable.deleted"] } == [nil, "true", nil])
    #expect(found.map { $0.attributes["process.executable.in_memory"] } == [nil, nil, "true"])
  }

  @Test(arguments: [
    ("app\0srv\0", "/usr/bin/ls", "/srv/app", "/usr/bin/ls"), ("", "./ls", "/", "/ls"),
    ("app\0srv\0", "./ls", "/srv/app", "/srv/app/ls"),
    ("app\0srv\0", ".././ls", "/srv/app", "/srv/ls"),
    ("app\0srv\0", "../../../ls", "/srv/app", "/ls"),
    ("app\0srv\0", "bin/ls", "/srv/app", "/srv/app/bin/ls"),
    ("app\0srv\0", ".//ls", "/srv/app", "/srv/app/ls"),
    ("app\0srv\0", "bin/../ls", "/srv/app", "bin/../ls"),
  ])
  func `The way to the working directory makes it and the executable's path whole`(
    names: String, named: String, directory: String, path: String
  ) throws {
    let record = ProcessRecordBytes.exec(path: named, script: named, directory: names) {
      $0.head.pid = 4_194_300
      $0.flags = UInt16(PROCESS_EXEC_DIRECTORY.rawValue)
    }
    let event = try #require(events(ProcessConfig(), MetricsRegistry(), record).first)
    #expect(event.attributes["process.working_directory"] == directory)
    #expect(event.attributes["process.executable.path"] == path)
    #expect(event.attributes["process.script.path"] == path)
    #expect(event.attributes["process.executable.name"] == "ls")
  }

  @Test func `A child in its parent's directory is in a directory that is read once`() throws {
    // The text is the C library's and is copied at once.
    let folder = try #require(unsafe realpath(".", nil).map { unsafe String(cString: $0) })
    var status = stat()
    // The status is filled during the call.
    #expect(unsafe stat(folder, &status) == 0)
    let inode = UInt64(status.st_ino)
    let own = UInt32(getpid())
    let record = ProcessRecordBytes.exec(path: "./ls") {
      $0.head.pid = 4_194_300
      $0.parent_pid = own
      $0.directory = inode
      $0.flags = UInt16(PROCESS_EXEC_HOME.rawValue)
    }
    let found = events(ProcessConfig(), MetricsRegistry(), record, record)
    #expect(found.map { $0.attributes["process.working_directory"] } == [folder, folder])
    #expect(found.first?.attributes["process.executable.path"] == folder + "/ls")
  }

  @Test func `What has no path of its own is named by the kernel's name for it`() {
    let gone = UInt32(4_194_300)
    let found = events(
      ProcessConfig(), MetricsRegistry(),
      ProcessRecordBytes.exec(path: "memfd:it") {
        $0.head.pid = gone
        $0.flags = UInt16(PROCESS_EXEC_UNLINKED.rawValue | PROCESS_EXEC_MEMFD.rawValue)
      },
      ProcessRecordBytes.exec(path: "/dev/fd/3") { $0.head.pid = gone },
      ProcessRecordBytes.exec(path: "/" + String(repeating: "x", count: 255)) {
        $0.head.pid = gone
      })
    #expect(
      found.map { $0.attributes["process.executable.path"] } == ["/memfd:it (deleted)", nil, nil])
    #expect(found.map { $0.attributes["process.executable.name"] } == ["memfd:it", "ls", "ls"])
    #expect(found.map { $0.resource["service.name"] } == ["memfd:it", "ls", "ls"])
  }

  @Test(arguments: [true, false])
  func `A program that was named by a link is the one that /proc shows`(isAlive: Bool) throws {
    let own = try #require(ProcessWorkTests.own)
    // Both names lead to the running program; nobody else has the folder.
    let folder = "/tmp/swiftlet-link-\(getpid())-\(isAlive)"
    let link = folder + "/named"
    #expect(unsafe mkdir(folder, 0o700) == 0 && symlink(own.path, link) == 0)
    defer {
      // The paths are read during the calls.
      unsafe unlink(link)
      unsafe rmdir(folder)
    }
    let gone = UInt32(4_194_300)
    func record(_ name: String, _ change: (inout process_exec) -> Void = { _ in }) -> [UInt8] {
      ProcessRecordBytes.exec(path: name) {
        $0.head.pid = isAlive ? UInt32(getpid()) : gone
        $0.inode = own.inode
        $0.mount_namespace = isAlive ? 1 : own.mountNamespace
        change(&$0)
      }
    }
    let found = events(
      ProcessConfig(), MetricsRegistry(), record(link),
      // Known now, also of one of which /proc shows nothing.
      record(link) { ($0.head.pid, $0.mount_namespace) = (gone, 1) },
      record(own.path), record(link) { $0.inode &+= 1 })
    #expect(
      found.map { $0.attributes["process.executable.path"] } == [
        own.path, own.path, own.path, link,
      ])
    #expect(
      found.first?.resource["service.name"] == own.path.split(separator: "/").last.map(String.init))
    #expect(found.last?.attributes["process.executable.name"] == "named")
  }

  @Test func `A name in another mount namespace is not looked up in this one`() throws {
    let own = try #require(ProcessWorkTests.own)
    let found = events(
      ProcessConfig(), MetricsRegistry(),
      ProcessRecordBytes.exec(path: "/proc/self/exe") { $0.head.pid = 4_194_300 },
      ProcessRecordBytes.exec(path: "/." + own.path) {
        $0.head.pid = 4_194_300
        $0.inode = own.inode
        $0.mount_namespace = own.mountNamespace &+ 1
      })
    #expect(found.map { $0.attributes["process.executable.path"] } == [nil, "/." + own.path])
  }

  @Test func `A program that runs itself by a name in /proc is known by the one it had`() throws {
    let own = try #require(ProcessWorkTests.own)
    func record(_ name: String, inode: UInt64) -> [UInt8] {
      ProcessRecordBytes.exec(path: name) {
        $0.head.pid = 4_194_300
        $0.inode = inode
        $0.mount_namespace = own.mountNamespace
      }
    }
    let found = events(
      ProcessConfig(), MetricsRegistry(), record(own.path, inode: own.inode),
      record("/proc/self/exe", inode: own.inode), record("/proc/self/exe", inode: 1))
    #expect(found.map { $0.attributes["process.executable.path"] } == [own.path, own.path, nil])
  }

  /// The running program, and the namespace in which it is seen.
  private static let own: (path: String, inode: UInt64, mountNamespace: UInt32)? = {
    var (program, namespace) = (stat(), stat())
    // The paths are read and the numbers filled during the calls; the text is copied and then left to the process's end.
    guard unsafe stat("/proc/self/exe", &program) == 0,
      unsafe stat("/proc/self/ns/mnt", &namespace) == 0,
      let path = unsafe realpath("/proc/self/exe", nil)
    else { return nil }
    return unsafe (
      String(cString: path), UInt64(program.st_ino), UInt32(truncatingIfNeeded: namespace.st_ino)
    )
  }()

  @Test func `A process with the key of one that has ended is another`() {
    let found = events(
      ProcessConfig(), MetricsRegistry(), ProcessRecordBytes.exec(), ProcessRecordBytes.exit(),
      ProcessRecordBytes.exec(path: "/bin/second"), ProcessRecordBytes.exit())
    #expect(
      found.map(\.name) == ["process.exec", "process.exit", "process.exec", "process.exit"])
    #expect(found.last?.attributes["process.executable.path"] == "/bin/second")
  }

  @Test func `An end knows the image, and tells its code, time and use`() throws {
    let end = ProcessRecordBytes.exit {
      $0.status = 0x0300
      $0.user_time = 30
      $0.system_time = 10
      $0.run_time = 2_000_000_000
      $0.peak_pages = 3
      $0.minor_faults = 8
      $0.major_faults = 1
    }
    let event = try #require(
      events(ProcessConfig(), MetricsRegistry(), ProcessRecordBytes.exec(), end).last)
    #expect(event.name == "process.exit")
    #expect(event.body == "pid 100 (ls) exited with code 3")
    #expect(event.attributes["process.exit.code"] == "3")
    #expect(event.attributes["process.exit.signal"] == nil)
    #expect(event.attributes["process.exit.time"] == "2023-11-14T22:13:23.500Z")
    #expect(event.attributes["process.creation.time"] == "2023-11-14T22:13:21.000Z")
    #expect(event.attributes["process.uptime"] == "2.5")
    #expect(event.attributes["process.cpu.user.time"] == "1.5")
    #expect(event.attributes["process.cpu.system.time"] == "0.5")
    #expect(event.attributes["process.memory.peak"] == "12288")
    #expect(event.attributes["process.executable.path"] == "/usr/bin/ls")
    #expect(event.attributes["process.exec_id"] == "b-100-100-4")
  }

  @Test(
    arguments: [
      (0x0009, 0, "SIGKILL", "INFO", "was ended by SIGKILL"),
      (0x000F, 0, "SIGTERM", "INFO", "was ended by SIGTERM"),
      (0x008B, 0, "SIGSEGV", "WARN", "was ended by SIGSEGV, core dumped"),
      (0x0006, 0, "SIGABRT", "WARN", "was ended by SIGABRT"),
      (0x0009, 1, "SIGKILL", "WARN", "was ended by SIGKILL, out of memory"),
      (0x0024, 0, "SIGRTMIN+2", "INFO", "was ended by SIGRTMIN+2"),
    ] as [(UInt32, UInt16, String, String, String)])
  func `An end by a signal has its name`(
    status: UInt32, flags: UInt16, signal: String, severity: String, body: String
  ) throws {
    let end = ProcessRecordBytes.exit {
      $0.status = status
      $0.flags = flags
    }
    let event = try #require(events(ProcessConfig(), MetricsRegistry(), end).first)
    #expect(event.attributes["process.exit.signal"] == signal)
    #expect(event.attributes["process.exit.code"] == nil)
    #expect(event.severity == severity)
    #expect(event.body == "pid 100 (ls) \(body)")
  }

  @Test func `Ancestors are listed from the parent on, as many as wanted`() throws {
    var records: [[UInt8]] = []
    for pid in 1...30 as ClosedRange<UInt32> {
      records.append(
        ProcessRecordBytes.exec {
          $0.head.pid = 100 + pid
          $0.head.exec_seq = pid
          $0.parent_pid = 99 + pid
          $0.parent_start = ProcessRecordBytes.start
          $0.parent_exec_seq = pid - 1
        })
    }
    var config = ProcessConfig()
    config.ancestors = 3
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let table = ProcessTable(settings, boot: boot)
    var work = ProcessWork(
      config, table, boot: boot, ids: ExecID(boot: "b"), MetricsScope(MetricsRegistry()))
    var output = ProbeOutput(version: "1")
    for record in records { _ = work.takeExec(record.span, &output) }
    let last = try #require(DecodedEvent.all(in: output.logs.takePayload()).last)
    #expect(last.attributes["process.parent_exec_id"] == "b-129-100-29")
    #expect(last.attributes["process.ancestors"] == "b-129-100-29|b-128-100-28|b-127-100-27")
  }

  @Test func `What is filtered is counted and not told`() {
    var config = ProcessConfig()
    config.filter = ProcessFilterTests.filter(["exclude": ["executables": ["/ls$"]]])
    let metrics = MetricsRegistry()
    let found = events(
      config, metrics, ProcessRecordBytes.exec(), ProcessRecordBytes.exit(),
      ProcessRecordBytes.exec(path: "/bin/cat"))
    #expect(found.map { $0.attributes["process.executable.path"] } == ["/bin/cat"])
    #expect(
      metrics.samples().first { $0.key.name == "swiftlet_ebpf_filtered_events" }?.value == 2)
  }

  @Test func `What is off is not told, but known`() {
    var config = ProcessConfig()
    config.exec = false
    let found = events(
      config, MetricsRegistry(), ProcessRecordBytes.exec(path: "/opt/app"),
      ProcessRecordBytes.exit())
    #expect(found.map(\.name) == ["process.exit"])
    #expect(found.first?.attributes["process.executable.path"] == "/opt/app")
  }

  @Test func `Arguments can be kept back`() throws {
    var config = ProcessConfig()
    config.arguments = false
    // The kernel tells how many there are, and none of them.
    let record = ProcessRecordBytes.exec(arguments: []) {
      $0.args_count = 2
      $0.args_size = 6
    }
    let event = try #require(events(config, MetricsRegistry(), record).first)
    #expect(event.attributes["process.command_args"] == nil)
    #expect(event.attributes["process.args_truncated"] == nil)
    #expect(event.attributes["process.args_count"] == "2")
    #expect(event.body == "pid 100 executes /usr/bin/ls")
  }

  @Test func `The control group of a process names its container`() throws {
    let id = String(repeating: "ab", count: 32)
    let path = "/system.slice/docker-\(id).scope"
    let event = try #require(
      events(
        ProcessConfig(), MetricsRegistry(), ProcessRecordBytes.cgroup(9, path),
        ProcessRecordBytes.exec { $0.head.cgroup = 9 }
      ).first)
    #expect(event.resource["container.id"] == id)
    #expect(event.attributes["process.linux.cgroup"] == path)
  }

  @Test func `A birth is told where that is wanted`() throws {
    var config = ProcessConfig()
    #expect(events(config, MetricsRegistry(), ProcessRecordBytes.fork()).isEmpty)
    config.fork = true
    let event = try #require(events(config, MetricsRegistry(), ProcessRecordBytes.fork()).first)
    #expect(event.name == "process.fork")
    #expect(event.body == "pid 50 (sh) made pid 100")
    #expect(event.attributes["process.parent_exec_id"] == "b-50-50-4")
  }
}
