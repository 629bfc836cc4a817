import Bytes
import Procfs
import TestSupport
import Testing

@testable import Receivers

@Suite struct ScraperParsingTests {
  static let stat = """
    cpu  100 2 50 1000 7 0 3 1 0 0
    cpu0 60 1 30 500 4 0 2 1 0 0
    cpu1 40 1 20 500 3 0 1 0 0 0
    intr 12345 0 0
    ctxt 99
    btime 1700000000
    processes 4711
    procs_running 2
    """

  @Test("reads the CPUs of /proc/stat")
  func cpus() {
    let bytes = Array(Self.stat.utf8)
    var table = CPUTable()
    let isRead = table.read(bytes.span)
    #expect(isRead)
    #expect(table.each.map(\.number) == [0, 1])
    #expect(table.all.user == 100 && table.all.wait == 7 && table.all.steal == 1)
    #expect(table.all.total == 1163)
    let created = ProcessesScraper.created(bytes.span)
    #expect(created == 4711)
  }

  @Test("reads the devices of /proc/diskstats and passes over lines that are none")
  func disks() {
    let text = """
         8       0 sda 10 1 200 30 40 5 600 70 2 80 90 0 0 0 0
      bad line
         8       1 sda1 1 0 8 0 0 0 0 0 0 0 0
      """
    let bytes = Array(text.utf8)
    var stats: [DiskStat] = []
    DiskScraper.read(bytes.span, .all, into: &stats)
    #expect(stats.map { String(decoding: bytes[$0.name], as: UTF8.self) } == ["sda", "sda1"])
    #expect(stats[0].sectorsRead == 200 && stats[0].sectorsWritten == 600)
    #expect(stats[0].pending == 2 && stats[0].weightedMilliseconds == 90)
  }

  @Test("reads the interfaces of /proc/net/dev, with and without a blank behind the name")
  func interfaces() {
    let text = """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop
          lo: 100 10 1 2 0 0 0 0 200 20 3 4 0 0 0 0
      eth0:1:5 6 7 8 0 0 0 0 9 10 11 12 0 0 0 0
      wlan0: 1 2
      """
    let bytes = Array(text.utf8)
    var stats: [NetworkStat] = []
    NetworkScraper.read(bytes.span, .all, into: &stats)
    #expect(stats.map { String(decoding: bytes[$0.name], as: UTF8.self) } == ["lo", "eth0:1"])
    #expect(stats[0].received == .init(bytes: 100, packets: 10, errors: 1, dropped: 2))
    #expect(stats[1].transmitted == .init(bytes: 9, packets: 10, errors: 11, dropped: 12))
  }

  @Test("counts the connections of /proc/net/tcp by their state")
  func connections() {
    let text = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000
         1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000
         2: 0100007F:1F90 0100007F:9C41 0C 00000000:00000000 00:00000000
         3: 0100007F:1F90 0100007F:9C42 FF 00000000:00000000 00:00000000
         4: cut
      """
    var counts = ConnectionCounts()
    counts.add(Array(text.utf8).span)
    let told = zip(ConnectionCounts.states, counts.counts).filter { $1 > 0 }.map { "\($0)=\($1)" }
    #expect(told == ["ESTABLISHED=1", "SYN_RECV=1", "LISTEN=1"])
  }

  @Test("reads /proc/swaps, /proc/vmstat, /proc/loadavg")
  func others() throws {
    let swaps = Array("Filename Type Size Used Priority\n/swap file 2048 512 -2\nx\n".utf8)
    var areas: [SwapArea] = []
    SwapArea.read(swaps.span, into: &areas)
    #expect(areas.map(\.usedByteCount) == [512 << 10])
    #expect(areas.map(\.freeByteCount) == [1536 << 10])
    let counts = PagingCounts(Array("pgfault 10\npgmajfault 3\npswpin 4\n".utf8).span)
    #expect(counts.faults == 10 && counts.majorFaults == 3 && counts.swapsIn == 4)
    let parsed = LoadScraper.parse(Array("0.50 1.25 2.00 1/2 3\n".utf8).span)
    let load = try #require(parsed)
    #expect(load.one == 0.5 && load.five == 1.25 && load.fifteen == 2)
  }

  @Test("reads mounts with their escapes, each once, and knows which have a device")
  func mounts() {
    let text = """
      22 27 0:21 / /proc rw,relatime - proc proc rw
      27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      28 27 8:2 / /my\\040disk ro,noatime shared:2 master:1 - xfs /dev/sda2 rw
      29 27 8:2 / /my\\040disk ro,noatime - xfs /dev/sda2 rw
      30 27 0:44 / /tank rw - zfs tank rw
      31 27 8:3 / /cut rw shared:3
      """
    let kinds = Array("nodev\tproc\nnodev\tzfs\n\text4\n\txfs\n".utf8)
    var table = MountTable()
    table.readKinds(kinds.span)
    table.read(Array(text.utf8).span, FilesystemFilters())
    var points: [String] = []
    for mount in table.all { points.append(String(copying: table.bytes(of: mount.mountPoint))) }
    #expect(points == ["/", "/my disk", "/tank"])
    #expect(table.all.map(\.isReadOnly) == [false, true, false])
    var filters = FilesystemFilters()
    filters.includesVirtual = true
    table.read(Array(text.utf8).span, filters)
    #expect(table.all.count == 4)
  }

  @Test("tells cores from logical CPUs in /proc/cpuinfo")
  func processors() {
    let one = "processor\t: %\ncpu MHz\t\t: 2400.500\nphysical id\t: 0\ncore id\t\t: 3\n\n"
    var table = ProcessorTable()
    table.read(Array((one + one).replacing("%").utf8).span)
    #expect(table.physicalCount == 1)
    #expect(table.frequencies.map(\.hertz) == [2_400_500_000, 2_400_500_000])
  }

  @Test("survives every truncation and bytes of any kind")
  func hostile() {
    let texts = [
      Self.stat, "8 0 sda 1 1 1 1 1 1 1 1 1 1 1\n", "lo: 1 1 1 1 1 1 1 1 1 1 1 1\n",
      "h\n0: a b 0A c\n", "1 2 3:4 / /\\777\\04 rw - ext4 /dev/a rw\n",
      "processor : 0\ncpu MHz : 1\n", "read_bytes: 5\nUid: 0 0 0 0\nSigQ: 1/2\n",
    ]
    for text in texts {
      let whole = Array(text.utf8)
      for count in 0...whole.count {
        readEverything(Array(whole[..<count]))
        var changed = whole
        if count < whole.count { changed[count] = UInt8(truncatingIfNeeded: count &* 37 &+ 128) }
        readEverything(changed)
      }
    }
    readEverything(Array(repeating: 0x20, count: 10_000))
    readEverything(Array(repeating: 0xFF, count: 10_000))
  }

  private func readEverything(_ bytes: [UInt8]) {
    var (cpus, stats, nets) = (CPUTable(), [DiskStat](), [NetworkStat]())
    _ = cpus.read(bytes.span)
    DiskScraper.read(bytes.span, .all, into: &stats)
    NetworkScraper.read(bytes.span, .all, into: &nets)
    var counts = ConnectionCounts()
    counts.add(bytes.span)
    _ = PagingCounts(bytes.span)
    var areas: [SwapArea] = []
    SwapArea.read(bytes.span, into: &areas)
    _ = LoadScraper.parse(bytes.span)
    var mounts = MountTable()
    mounts.readKinds(bytes.span)
    mounts.read(bytes.span, FilesystemFilters())
    var processors = ProcessorTable()
    processors.read(bytes.span)
    _ = ProcessIO(bytes.span)
    _ = ProcessStatus(bytes.span)
    _ = ProcessStat(bytes.span)
    _ = ProcessIdentityReader.split(bytes.span)
  }
}

extension String {
  /// This text with the signs `%` counted up from 0.
  fileprivate func replacing(_ sign: Character) -> String {
    var number = -1
    return String(
      flatMap { character -> String in
        guard character == sign else { return String(character) }
        number += 1
        return "\(number)"
      })
  }
}
