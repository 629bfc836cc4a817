import Bytes
import Glibc
import Identity
import Procfs
import Telemetry
import TestSupport
import Testing

/// A connection of this process with itself.
private struct Loop: ~Copyable {
  let listener: Int32
  let client: Int32
  let server: Int32
  let ends: TCPEnds

  /// Listens on and connects to the loopback address of a family; `isMapped` uses IPv4 through IPv6 sockets.
  init(family: Int32, isMapped: Bool = false) throws {
    let bytes: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1]
    let loopback: [UInt8] = Array(repeating: 0, count: 15) + [1]
    let v6 = isMapped ? bytes : loopback
    let listener = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    var address = Loop.address(family, v6, port: 0)
    var count = socklen_t(address.count)
    let bound = unsafe Loop.call(&address) { unsafe bind(listener, $0, count) }
    try #require(bound == 0)
    try #require(listen(listener, 1) == 0)
    _ = unsafe Loop.call(&address) { unsafe getsockname(listener, $0, &count) }
    let port = UInt16(address[2]) << 8 | UInt16(address[3])
    let connected = unsafe Loop.call(&address) { unsafe connect(client, $0, count) }
    try #require(connected == 0)
    _ = unsafe Loop.call(&address) { unsafe getsockname(client, $0, &count) }
    let clientPort = UInt16(address[2]) << 8 | UInt16(address[3])
    let server = accept(listener, nil, nil)
    try #require(server >= 0)
    (self.listener, self.client, self.server) = (listener, client, server)
    let host: [UInt8] = family == AF_INET || isMapped ? [127, 0, 0, 1] : loopback
    ends = TCPEnds(from: (host, clientPort), to: (host, port))
  }

  deinit {
    close(listener)
    close(client)
    close(server)
  }

  private static func address(_ family: Int32, _ v6: [UInt8], port: UInt16) -> [UInt8] {
    let head = [UInt8(family), 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
    if family == AF_INET { return head + [127, 0, 0, 1] + Array(repeating: 0, count: 8) }
    return head + [0, 0, 0, 0] + v6 + [0, 0, 0, 0]
  }

  private static func call(
    _ address: inout [UInt8], _ body: (UnsafeMutablePointer<sockaddr>) -> Int32
  ) -> Int32 {
    unsafe address.withUnsafeMutableBytes { raw in
      unsafe body(raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self))
    }
  }

  var inode: UInt64 {
    var status = stat()
    unsafe fstat(client, &status)
    return UInt64(status.st_ino)
  }
}

@Suite struct SocketOwnerTests {
  @Test(
    "the kernel names the sender's socket by the connection's two ends",
    arguments: [(AF_INET, false), (AF_INET6, false), (AF_INET6, true)])
  func findsSocket(family: Int32, isMapped: Bool) throws {
    let loop = try Loop(family: family, isMapped: isMapped)
    var diagnostics = try SocketDiagnostics()
    let found = try diagnostics.find(loop.ends)
    #expect(found == SocketDiagnostics.Socket(inode: loop.inode, user: geteuid()))
    let other = TCPEnds(
      from: (loop.ends.senderAddress, loop.ends.senderPort),
      to: (loop.ends.receiverAddress, loop.ends.receiverPort ^ 1))
    let none = try diagnostics.find(other)
    #expect(none == nil)
  }

  @Test("the holder of a socket is found with its key, once more and at once the next time")
  func findsHolder() throws {
    let loop = try Loop(family: AF_INET)
    let socket = SocketDiagnostics.Socket(inode: loop.inode, user: geteuid())
    let wanted = SocketHolders.Wanted(socket, since: BootClock.nanosecondsSinceBoot)
    var file = KernelFile()
    try file.read(process: Int(getpid()), "stat")
    let stat = ProcessStat(file.text)
    let key = ProcessKey(pid: UInt32(getpid()), startTicks: try #require(stat).startTime)
    var holders = SocketHolders()
    let first = holders.find([wanted])
    #expect(first == [loop.inode: key])
    let count = holders.descriptorCount
    let second = holders.find([wanted])
    #expect(second == first)
    #expect(holders.descriptorCount - count <= count)
  }

  @Test("a process that began behind the connection inherited it and is not its owner")
  func refusesHeirs() throws {
    let loop = try Loop(family: AF_INET)
    let socket = SocketDiagnostics.Socket(inode: loop.inode, user: geteuid())
    var holders = SocketHolders()
    let found = holders.find([.init(socket, since: 0)])
    #expect(found == [:])
  }

  @Test("a pass that is late finds nothing, and sockets of nobody are not found")
  func stops() throws {
    let loop = try Loop(family: AF_INET)
    let socket = SocketDiagnostics.Socket(inode: loop.inode, user: geteuid())
    let nobody = SocketDiagnostics.Socket(inode: .max, user: 1)
    var holders = SocketHolders()
    let late = holders.find([.init(socket, since: .max)], isLate: { true })
    #expect(late == [:])
    let none = holders.find([.init(nobody, since: .max)])
    #expect(none == [:])
  }

  @Test(
    "of two that began at once, and of one that began at that very moment, the older is the owner")
  func prefersTheOlder() throws {
    let folder = TemporaryDirectory()
    let socket = SocketDiagnostics.Socket(inode: 77, user: geteuid())
    // Numbers and when they began, in hundredths of a second.
    for (process, start) in [(100, 50), (101, 50), (102, 40)] {
      let zeros = String(repeating: "0 ", count: 17)
      let stat = "\(process) (it) S \(zeros)0 \(start) 0 0 \(zeros)\(zeros)\n"
      folder.write("proc/\(process)/stat", Array(stat.utf8))
      folder.write("proc/\(process)/fd/0", [])
    }
    var holders = SocketHolders(root: folder.path)
    let wanted = SocketHolders.Wanted(socket, since: 50 * ProcessKey.nanosecondsPerTick + 5)
    folder.link("proc/101/fd/3", to: "socket:[77]")
    let alone = holders.find([wanted])
    #expect(alone == [77: ProcessKey(pid: 101, startTicks: 50)])
    folder.link("proc/100/fd/3", to: "socket:[77]")
    let twins = holders.find([wanted])
    #expect(twins == [77: ProcessKey(pid: 100, startTicks: 50)])
    folder.link("proc/102/fd/3", to: "socket:[77]")
    let parent = holders.find([wanted])
    #expect(parent == [77: ProcessKey(pid: 102, startTicks: 40)])
  }
}
