import Bytes
import CProbeEvents
import Identity
import Testing

@testable import Probes
@testable import Telemetry

@Suite struct NetworkListenersTests {
  private let table = ProcessTable(boot: BootClock(bootUnixNanoseconds: 1_000_000_000_000))

  private func listener(
    _ cause: network_cause, cookie: UInt64 = 7, _ change: (inout network_flow) -> Void = { _ in }
  ) throws -> NetworkFlow {
    var record = FlowRecord.listener()
    record.cause = UInt8(cause.rawValue)
    record.cookie = cookie
    change(&record)
    return try #require(FlowRecord.read(record))
  }

  @Test func `A listening socket is told of with its address, its process and who waits`() throws {
    let listener = try listener(NETWORK_OPENED) { $0.backlog = 3 }
    var output = ProbeOutput(version: "1")
    output.logs.select(scope: NetworkMetrics.scope)
    let owner = table.attributes(of: table.note(listener.owner, listener.image))
    var listeners = NetworkListeners()
    listeners.write(listener, owner, table.boot, &output)
    let item = try #require(OutputTexts.logs(output.logs.takePayload()).first)
    #expect(item.name == "network.listener")
    #expect(item.value == "1009000000000")
    #expect(item.attributes["process.pid"] == "4712")
    #expect(
      item.attributes.filter { !$0.key.hasPrefix("process.") } == [
        "network.listener.state": "opened", "network.transport": "tcp", "network.type": "ipv4",
        "network.namespace.inode": "4026531840", "server.address": "0.0.0.0", "server.port": "80",
        "network.listener.waiting": "3",
      ])
  }

  @Test func `The longest address has its room`() throws {
    let listener = try listener(NETWORK_CLOSED) {
      $0.family = 10
      ($0.local, $0.local_port, $0.netns, $0.backlog) = ((.max, .max), .max, .max, .max)
    }
    var output = ProbeOutput(version: "1")
    output.logs.select(scope: NetworkMetrics.scope)
    var listeners = NetworkListeners()
    listeners.write(listener, .none, table.boot, &output)
    let item = try #require(OutputTexts.logs(output.logs.takePayload()).first)
    #expect(item.attributes["server.address"] == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
    #expect(item.attributes["network.type"] == "ipv6")
  }

  @Test func `A socket is told of once while it listens, and when it ends`() throws {
    var listeners = NetworkListeners()
    let news = try [
      NETWORK_EXISTING, NETWORK_EXISTING, NETWORK_CLOSED, NETWORK_OPENED, NETWORK_EXISTING,
    ]
    .map { listeners.isNews(try listener($0)) }
    #expect(news == [true, false, true, true, false])
  }

  @Test func `Beyond the limit only what begins and ends is told`() throws {
    var listeners = NetworkListeners()
    for cookie in 0..<UInt64(NetworkListeners.capacity) {
      _ = listeners.isNews(try listener(NETWORK_OPENED, cookie: cookie))
    }
    let news = try [NETWORK_EXISTING, NETWORK_OPENED, NETWORK_CLOSED]
      .map { listeners.isNews(try listener($0, cookie: 1 << 40)) }
    #expect(news == [false, true, true])
  }
}
