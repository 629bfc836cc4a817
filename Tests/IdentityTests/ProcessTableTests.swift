import Bytes
import Glibc
import Identity
import Procfs
import Queues
import Testing

@Suite struct ProcessTableTests {
  private static let none = CgroupHierarchy(controller: -1, name: "", mountPoint: nil)

  private func table(
    capacity: Int = 100, reads: Int = 2000, clock: ManualClock = ManualClock()
  ) -> ProcessTable {
    var settings = ProcessTable.Settings()
    settings.capacity = capacity
    settings.readsPerSecond = reads
    return ProcessTable(settings, cgroups: CgroupPaths(Self.none), clock: clock)
  }

  private func ownKey() throws -> ProcessKey {
    var file = KernelFile()
    try file.read(process: Int(getpid()), "stat")
    let parsed = ProcessStat(file.text)
    return ProcessKey(pid: UInt32(getpid()), startTicks: try #require(parsed).startTime)
  }

  private func image(_ path: String, sequence: UInt32? = nil) -> ProcessImage {
    var image = ProcessImage()
    image.executablePath = ByteSlice(path)
    image.execSequence = sequence
    return image
  }

  private func key(_ pid: UInt32, _ ticks: UInt64 = 1) -> ProcessKey {
    ProcessKey(pid: pid, startTicks: ticks)
  }

  @Test("of a process that is gone the control group of version 2 is told where no other is known")
  func fallsBackToUnified() {
    let cgroups = CgroupPaths(
      CgroupHierarchy(controller: 4, name: "memory", mountPoint: nil, unifiedMountPoint: "/none"))
    let table = ProcessTable(.init(), cgroups: cgroups, clock: ManualClock())
    cgroups.add(3 << 32, path: "/system.slice/web.service")
    var image = image("/bin/web")
    image.cgroupID = 9 | 3 << 32
    // Numbers above the kernel's largest: /proc has none of them.
    let living = table.noteExec(key(4_194_400), image)
    let ended = table.noteExec(key(4_194_401), image)
    table.noteExit(ended)
    for entry in [living, ended] {
      #expect(table.cgroup(of: entry)?.path == "/system.slice/web.service")
    }
    // What is told later of the controller's is believed.
    cgroups.add(9, path: "/docker/" + String(repeating: "a1", count: 32))
    #expect(table.cgroup(of: living)?.containerID != nil)
  }

  @Test("a child has its parent's program until it runs its own")
  func forksAndRuns() {
    let table = table()
    table.noteExec(key(1), image("/bin/shell", sequence: 4))
    var child = ProcessImage()
    child.parent = key(1)
    table.noteFork(key(2), child)
    #expect(table.find(key(2))?.executableName.text == "shell")
    #expect(table.find(key(2))?.execSequence == 4)
    #expect(table.find(key(2))?.parentPID == 1)
    table.noteExec(key(2), image("/bin/ls", sequence: 5))
    #expect(table.find(key(2))?.executableName.text == "ls")
    #expect(table.find(key(2))?.parent == key(1))
    #expect(table.find(key(1))?.executableName.text == "shell")
  }

  @Test("a process is known for the grace time behind its end, and then no more")
  func keepsExited() {
    let clock = ManualClock()
    let table = table(clock: clock)
    table.noteExec(key(2), image("/bin/ls"))
    table.noteExit(key(2))
    clock.advance(by: .seconds(9))
    table.expire()
    #expect(table.find(key(2))?.hasExited == true)
    #expect(table.find(pid: 2) == nil)
    clock.advance(by: .seconds(1))
    table.expire()
    #expect(table.find(key(2)) == nil)
    #expect(table.count == 0)
  }

  @Test("a number that comes again with another start is another process")
  func tellsReusedNumbers() {
    let table = table()
    table.noteExec(key(2, 10), image("/bin/old"))
    table.noteExec(key(2, 20), image("/bin/new"))
    #expect(table.find(key(2, 10))?.executableName.text == "old")
    #expect(table.find(key(2, 10))?.hasExited == true)
    #expect(table.find(pid: 2)?.key == key(2, 20))
  }

  @Test("the capacity holds: first those go that ended, then those that nobody asked for")
  func keepsCapacity() {
    let table = table(capacity: 16)
    for pid in 1...16 { table.noteExec(key(UInt32(pid)), image("/p/\(pid)")) }
    table.noteExit(key(5))
    table.noteExec(key(17), image("/p/17"))
    #expect(table.find(key(5)) == nil)
    #expect(table.evictionCount == 0)
    for pid in 18...10_000 {
      table.noteExec(key(UInt32(pid)), image("/p/\(pid)"))
      _ = table.find(key(1))
    }
    #expect(table.count == 16)
    #expect(table.evictionCount == 10_000 - 17)
    #expect(table.find(key(1)) != nil)
    #expect(table.find(key(10_000)) != nil)
  }

  @Test("this process is read from /proc at first sight, its environment and parent too")
  func readsProc() throws {
    let table = table()
    let entry = try #require(table.look(up: try ownKey()))
    var file = KernelFile()
    try file.readLink(process: Int(getpid()), "exe")
    let path = String(copying: file.text)
    #expect(entry.executablePath.text == path)
    #expect(entry.user == getuid())
    #expect(entry.parentPID == UInt32(getppid()))
    #expect(entry.innermostPID == UInt32(getpid()))
    #expect(table.parent(of: entry)?.key.pid == UInt32(getppid()))
    var chain: [UInt32] = []
    table.forEachAncestor(of: entry) { chain.append($0.key.pid) }
    #expect(chain.first == UInt32(getppid()))
    #expect(chain.count <= ProcessTable.ancestorLimit)
    #expect(table.resource(of: entry).service != nil)
  }

  @Test("a process of which only the fork was told gets the rest from /proc")
  func completes() throws {
    let table = table()
    var image = ProcessImage()
    image.parentPID = UInt32(getppid())
    let entry = table.noteFork(try ownKey(), image)
    #expect(entry.executablePath.isEmpty)
    _ = table.attributes(of: entry)
    var file = KernelFile()
    try file.readLink(process: Int(getpid()), "exe")
    let path = String(copying: file.text)
    #expect(entry.executablePath.text == path)
    #expect(table.resource(of: entry).service != nil)
  }

  @Test("a key whose start is not the process's is absent, not wrong")
  func refusesOtherStarts() throws {
    let table = table()
    let own = try ownKey()
    #expect(table.look(up: ProcessKey(pid: own.pid, startTicks: own.startTicks + 1)) == nil)
    #expect(table.look(up: ProcessKey(pid: own.pid, startTicks: own.startTicks + 1)) == nil)
    #expect(table.missCount == 1)
    #expect(table.look(up: ProcessKey(pid: 0x7FFF_FFFF, startTicks: 1)) == nil)
  }

  @Test("reads of /proc keep to the limit of a second")
  func limitsReads() throws {
    let clock = ManualClock()
    let table = table(reads: 2, clock: clock)
    for pid in 1...5 { _ = table.look(up: key(0x7FFF_0000 + UInt32(pid))) }
    #expect(table.missCount == 2)
    #expect(table.skippedReadCount == 3)
    clock.advance(by: .seconds(1))
    #expect(table.look(up: try ownKey()) != nil)
  }

  @Test("a circle of parents ends at the limit")
  func endsCircles() {
    let table = table()
    var first = image("/a")
    first.parent = key(2)
    var second = image("/b")
    second.parent = key(1)
    table.noteExec(key(1), first)
    let entry = table.noteExec(key(2), second)
    var count = 0
    table.forEachAncestor(of: entry) { _ in count += 1 }
    #expect(count == ProcessTable.ancestorLimit)
  }

  @Test("the container and the service come from the control group that the kernel tells")
  func joinsCgroups() {
    let id = String(repeating: "0123456789abcdef", count: 4)
    let table = table()
    table.cgroups.add(77, path: "/kubepods/pod12345678-1234-abcd-ef01-123456789abc/\(id)")
    table.cgroups.add(78, path: "/system.slice/nginx.service")
    var image = image("/usr/sbin/nginx (deleted)")
    image.cgroupID = 77
    let first = table.noteExec(key(0x7FFF_0001), image)
    #expect(table.resource(of: first).containerID == id)
    #expect(table.resource(of: first).podUID == "12345678-1234-abcd-ef01-123456789abc")
    #expect(table.resource(of: first).service == ServiceName("nginx", from: .executable))
    image.cgroupID = 78
    let second = table.noteExec(key(0x7FFF_0002), image)
    #expect(table.resource(of: second).service == ServiceName("nginx", from: .systemdUnit))
    var fork = ProcessImage()
    fork.parent = second.key
    let child = table.noteFork(key(0x7FFF_0003), fork)
    #expect(table.resource(of: child) === table.resource(of: second))
  }
}

@Suite struct AttributeBytesTests {
  private func pairs(_ bytes: Span<UInt8>, field: Int) throws -> [String: String] {
    var found: [String: String] = [:]
    var reader = WireReader(bytes)
    while let next = try reader.nextField() {
      #expect(next == WireField(number: field, type: .length))
      var pair = WireReader(bytes, in: try reader.readLength())
      _ = try pair.nextField()
      let key = String(copying: bytes.extracting(try pair.readLength()))
      _ = try pair.nextField()
      var value = WireReader(bytes, in: try pair.readLength())
      let kind = try value.nextField()
      if kind?.number == 3 {
        found[key] = "\(try value.readVarint())"
      } else {
        found[key] = String(copying: bytes.extracting(try value.readLength()))
      }
      #expect(value.isAtEnd && pair.isAtEnd)
    }
    return found
  }

  @Test(
    "a process's attributes are encoded for log records and fit any other field",
    arguments: [6, 1, 9])
  func encodes(field: Int) throws {
    let hierarchy = CgroupHierarchy(controller: -1, name: "", mountPoint: nil)
    let table = ProcessTable(
      boot: BootClock(bootUnixNanoseconds: 1_700_000_000_000_000_000),
      cgroups: CgroupPaths(hierarchy))
    var image = ProcessImage()
    image.parentPID = 3
    image.user = 0
    image.execSequence = 9
    image.executablePath = ByteSlice(Array("/opt/".utf8) + [0xFF] + Array(" (deleted)".utf8))
    let entry = table.noteExec(ProcessKey(pid: 300, startTicks: 100), image)
    var buffer = ByteBuffer()
    table.attributes(of: entry).append(to: &buffer, field: field)
    let found = try pairs(buffer.span, field: field)
    #expect(
      found == [
        "process.pid": "300", "process.parent_pid": "3", "process.owner": "root",
        "process.creation.time": "2023-11-14T22:13:21.000Z",
        "process.executable.name": "\u{FFFD}",
        "process.executable.path": "/opt/\u{FFFD} (deleted)",
        "process.exec_id": ExecID().text(entry.key, sequence: 9),
      ])
    table.noteExec(entry.key, image)
    var resource = ByteBuffer()
    table.resource(of: entry).attributes.append(to: &resource, field: 1)
    let shared = try pairs(resource.span, field: 1)
    #expect(shared == ["service.name": "\u{FFFD}"])
  }
}
