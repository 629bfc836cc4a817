import Bytes
import Diagnostics
import Glibc
import Identity
import Procfs
import Testing

@Suite struct ProcessKeyTests {
  @Test(
    "nanoseconds of the kernel and ticks of /proc give the same key",
    arguments: [
      (UInt64(0), UInt64(0)), (9_999_999, 0), (10_000_000, 1), (10_000_001, 1), (19_999_999, 1),
      (1_234_567_890_123, 123_456), (UInt64.max, UInt64.max / 10_000_000),
    ])
  func agrees(nanoseconds: UInt64, ticks: UInt64) {
    let kernel = ProcessKey(pid: 7, startNanoseconds: nanoseconds)
    let procfs = ProcessKey(pid: 7, startTicks: ticks)
    #expect(kernel == procfs)
    #expect(kernel.hashValue == procfs.hashValue)
  }

  @Test("another number or another start is another process")
  func differs() {
    let key = ProcessKey(pid: 7, startTicks: 100)
    #expect(key != ProcessKey(pid: 8, startTicks: 100))
    #expect(key != ProcessKey(pid: 7, startTicks: 101))
    #expect(key.description == "7@100")
  }
}

@Suite struct BootClockTests {
  @Test("the time of creation is that of boot and the ticks since, to 10 ms")
  func createsText() {
    let clock = BootClock(bootUnixNanoseconds: 1_700_000_000_004_999_999)
    #expect(clock.creationText(of: ProcessKey(pid: 1, startTicks: 0)) == "2023-11-14T22:13:20.000Z")
    #expect(
      clock.creationText(of: ProcessKey(pid: 1, startTicks: 123)) == "2023-11-14T22:13:21.230Z")
  }

  @Test("runs whose distances differ by microseconds tell the same time")
  func roundsDistance() {
    let key = ProcessKey(pid: 1, startTicks: 4242)
    let first = BootClock(bootUnixNanoseconds: 1_700_000_000_001_000_000)
    let second = BootClock(bootUnixNanoseconds: 1_700_000_000_001_900_000)
    #expect(first.creationText(of: key) == second.creationText(of: key))
  }

  @Test("a start beyond all times gives a time and no trap", arguments: [UInt64.max, 1 << 62])
  func takesAnyStart(ticks: UInt64) {
    let key = ProcessKey(pid: 1, startTicks: ticks)
    #expect(BootClock.current.creationText(of: key).hasPrefix("9999-"))
    #expect(BootClock.current.unixNanoseconds(sinceBoot: ticks) > 0)
  }

  @Test("now since boot is now in the world")
  func agreesWithWorld() {
    let wall = WallTime.now().milliseconds
    let boot = BootClock.current.unixNanoseconds(sinceBoot: BootClock.nanosecondsSinceBoot)
    #expect(abs(Int64(boot / 1_000_000) - wall) < 2000)
  }

  @Test("the time of creation of this process lies in the second that /proc tells")
  func agreesWithProc() throws {
    var file = KernelFile()
    try file.read(process: Int(getpid()), "stat")
    let parsed = ProcessStat(file.text)
    let stat = try #require(parsed)
    try file.read("/proc/stat")
    let lines = String(copying: file.text).split(separator: "\n")
    let boot = try #require(
      lines.first { $0.hasPrefix("btime ") }.flatMap { Int64($0.dropFirst(6)) })
    let key = ProcessKey(pid: UInt32(getpid()), startTicks: stat.startTime)
    let created = BootClock.current.creationTime(of: key).milliseconds
    #expect(abs(created - (boot * 1000 + Int64(stat.startTime) * 10)) < 2000)
  }
}

@Suite struct ExecIDTests {
  @Test("an id is made of the boot, the key and the sequence")
  func makesText() {
    let ids = ExecID(boot: "0123456789abcdef0123456789abcdef")
    let key = ProcessKey(pid: 4711, startTicks: 99)
    #expect(ids.text(key, sequence: 3) == "0123456789abcdef0123456789abcdef-4711-99-3")
  }

  @Test("an id keeps to its limit, and the boot's id is that of the kernel")
  func keepsLimit() throws {
    let key = ProcessKey(pid: .max, startTicks: .max)
    #expect(ExecID().text(key, sequence: .max).utf8.count == ExecID.byteLimit)
    var file = KernelFile()
    try file.read("/proc/sys/kernel/random/boot_id")
    let text = String(copying: file.text).filter { $0 != "-" && $0 != "\n" }
    #expect(ExecID.bootID == text)
  }
}
