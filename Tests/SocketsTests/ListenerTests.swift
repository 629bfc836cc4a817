import Diagnostics
import Glibc
import Queues
import Sockets
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
  private func makePath() -> String {
    "/tmp/swiftlet-listener-\(UInt64.random(in: 0...UInt64.max)).sock"
  }

  @Test("names the process that has the port")
  func portInUse() async throws {
    // An address of its own, so that no other test takes the port in between.
    let first = try Loopback(.tcp(host: "127.0.0.7", port: 0), shardCount: 2)
    let error = #expect(throws: ListenError.self) {
      _ = try Loopback(first.listener.boundAddress, shardCount: 2)
    }
    #expect(error?.description.contains("the port is in use by ") == true)
    #expect(error?.description.contains("(pid \(getpid()))") == true)
    await first.close()
    let again = try Loopback(first.listener.boundAddress, shardCount: 2)
    await again.close()
  }

  @Test("spreads connections over its shards and takes a burst of them")
  func spreads() async throws {
    let loopback = try Loopback(shardCount: 2)
    for _ in 0..<200 { _ = try await loopback.connect1() }
    #expect(loopback.acceptedCount == 200)
    await loopback.close()
  }

  @Test("gives each connection to the shard that has the fewest, whoever accepts it")
  func balances() async throws {
    let loopback = try Loopback(shardCount: 2)
    for _ in 0..<16 { _ = try await loopback.connect1() }
    #expect(loopback.acceptedCounts == [8, 8])
    await loopback.close()
  }

  @Test("listens on IPv6 and on all addresses", arguments: ["::1", "", "localhost"])
  func families(host: String) async throws {
    let loopback: Loopback
    do {
      loopback = try Loopback(.tcp(host: host, port: 0))
    } catch let error as ListenError where error.reason.contains("no network interface") {
      return
    }
    _ = try await loopback.connect()
    await loopback.close()
  }

  @Test("replaces a socket file that nobody listens on, and no other file")
  func staleFile() async throws {
    let path = makePath()
    let first = try Loopback(.unix(path: path), shardCount: 2)
    _ = try await first.connect1()
    let error = #expect(throws: ListenError.self) { _ = try Loopback(.unix(path: path)) }
    #expect(error?.description.contains("in use by a running process") == true)
    await first.close()
    #expect(unsafe access(path, F_OK) != 0)

    // What a killed process leaves behind: a bound file without a listener.
    let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe bind(stale, raw, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    Glibc.close(stale)
    let second = try Loopback(.unix(path: path))
    await second.close()

    let file = unsafe open(path, O_CREAT | O_RDWR, 0o600)
    #expect(throws: ListenError.self) { _ = try Loopback(.unix(path: path)) }
    #expect(unsafe access(path, F_OK) == 0)
    Glibc.close(file)
    unsafe unlink(path)
  }

  @Test("says in words what is wrong with a path")
  func missingDirectory() {
    let error = #expect(throws: ListenError.self) {
      _ = try Loopback(.unix(path: "/no/such/directory/a.sock"))
    }
    #expect(error?.reason == "the directory does not exist")
  }

  @Test("rests when the process is out of descriptors, and accepts again later")
  func outOfDescriptors() async {
    await #expect(processExitsWith: .success) {
      let refused = Counter()
      let loopback = try Loopback(refused: refused)
      _ = try await loopback.connect()
      // All descriptors but one are taken: the client gets it, the listener does not.
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      var taken: [Int32] = []
      while case let next = dup(0), next >= 0 { taken.append(next) }
      Glibc.close(taken.removeLast())
      guard case .tcp(_, let port) = loopback.listener.boundAddress else { exit(2) }
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
          unsafe connect(client, raw, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0 else { exit(3) }
      while refused.value < 3 { await loopback.run {} }
      // One attempt each 100 ms, not one each turn.
      guard refused.value < 100 else { exit(4) }
      for descriptor in taken { Glibc.close(descriptor) }
      while loopback.acceptedCount < 2 { await loopback.run {} }
      exit(0)
    }
  }
}

extension Loopback {
  /// A new client connection of which only the number counts, on whatever shard it was accepted.
  func connect1() async throws -> ShardBound<StreamConnection> {
    let before = acceptedCount
    let target = listener.boundAddress
    let client: ShardBound<StreamConnection> = try await withCheckedThrowingContinuation { done in
      shard.post { [shard] in
        Connector(to: target, shard: shard).start(timeout: .seconds(10)) {
          done.resume(with: $0.map { ShardBound(confined: $0, to: shard) })
        }
      }
    }
    while acceptedCount == before { await run {} }
    return client
  }
}
