import EBPF
import Glibc
import Identity
import Testing

@testable import Probes

/// Changes of a socket's state that the programs were not called for, as on a processor that was just running them.
@Suite(.enabled(if: Kernel.loads, Kernel.comment))
struct MissedChangesTests {
  @Test("a failure that was missed is told of at the end of its socket")
  func failure() throws {
    let watching = try Watching()
    let busy = try BusyListener()
    let client = try watching.whileTold { try busy.connect() }
    close(client)
    let flow = try #require(watching.flows(to: busy.port).first)
    #expect(flow.cause == .failed && flow.role == .client)
    // What a program does itself is never missed: so the kernel gave up.
    #expect(flow.error == ETIMEDOUT && flow.remote.description == "127.0.0.1")
  }

  @Test("a refusal that was missed is told of with its error")
  func refusal() throws {
    let watching = try Watching()
    let busy = try BusyListener()
    let client = try watching.whileTold { try busy.connect() }
    busy.stop()
    // The kernel asks again after a second. It fills the entry during the call.
    var waiting = pollfd(fd: client, events: Int16(POLLOUT), revents: 0)
    #expect(unsafe poll(&waiting, 1, 10_000) == 1)
    let flow = try #require(watching.flows(to: busy.port).first)
    #expect(flow.cause == .failed && flow.role == .client && flow.error == ECONNREFUSED)
    #expect(flow.remote.description == "127.0.0.1" && flow.localPort != 0)
    close(client)
    #expect(watching.flows(to: busy.port).isEmpty)
  }

  @Test("a connection that was missed when it came about is told of with its bytes")
  func connection() throws {
    let watching = try Watching()
    let busy = try BusyListener()
    let client = try watching.whileTold { try busy.connect() }
    let server = try busy.acceptSecond()
    let sent = try watching.whileTold {
      // The bytes are there during the call.
      let sent = unsafe send(client, [1, 2, 3], 3, 0)
      close(server)
      close(client)
      return sent
    }
    #expect(sent == 3)
    let flow = try #require(watching.flows(to: busy.port).first { $0.role == .client })
    #expect(flow.cause == .ended && flow.sent == 3 && flow.received == 0)
    #expect(flow.remotePort == busy.port && flow.remote.description == "127.0.0.1")
    #expect(flow.connectTime == nil)
  }
}

/// The network programs, of which only those at a socket's errors and end are attached.
private final class Watching {
  private let object: BPFObject
  private let ring: RingReader
  private let atErrors: BPFLink
  private let atEnds: BPFLink

  init() throws {
    object = try BPFObject(opening: .network)
    try object.load()
    ring = try RingReader(object.map("bulk_ring"))
    atErrors = try object.attach("on_error")
    atEnds = try object.attach("on_destroy")
  }

  /// Runs `body` while the program at changes of state is attached too.
  func whileTold<Result>(_ body: () throws -> Result) throws -> Result {
    let link = try object.attach("on_state")
    let result = try body()
    _ = consume link
    return result
  }

  /// This process's records of what went to `port`.
  func flows(to port: UInt16) -> [NetworkFlow] {
    var found: [NetworkFlow] = []
    _ = ring.drain(limit: .max) {
      if let flow = NetworkFlow($0), flow.owner.pid == getpid(), flow.remotePort == port {
        found.append(flow)
      }
      return true
    }
    return found
  }
}

/// A listening socket with as many connections waiting as it has room for: the next one gets no answer.
private final class BusyListener {
  let port: UInt16
  private var listener: Int32
  private var waiting: Int32

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = BusyListener.loopback(port: 0)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // The kernel reads and fills the address during the calls only.
    let bound = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        var size = length
        return unsafe bind(listener, $0, length) == 0 && listen(listener, 0) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    try #require(bound)
    port = UInt16(bigEndian: address.sin_port)
    waiting = BusyListener.connect(to: port)
    try #require(waiting >= 0)
  }

  /// A socket whose connection has not come about.
  func connect() throws -> Int32 {
    let client = BusyListener.connect(to: port)
    try #require(client >= 0 && errno == EINPROGRESS)
    return client
  }

  /// Takes up the connection that waited, and the one that then finds room: the server's side of it.
  func acceptSecond() throws -> Int32 {
    close(accept(listener, nil, nil))
    let server = accept(listener, nil, nil)
    try #require(server >= 0)
    return server
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  private static func connect(to port: UInt16) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    let client = socket(AF_INET, kind, 0)
    var address = BusyListener.loopback(port: port)
    // The kernel reads the address during the call only.
    _ = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return client
  }

  /// Lets go of the port: who asks from now on is refused.
  func stop() {
    close(waiting)
    close(listener)
    waiting = -1
    listener = -1
  }

  deinit { stop() }
}
