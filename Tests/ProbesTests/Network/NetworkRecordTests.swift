import Bytes
import CProbeEvents
import Identity
import Testing

@testable import Probes
@testable import Telemetry

/// Whole records: no attribute more, none less, whether the ends were seen before or not.
@Suite struct NetworkRecordTests {
  private let table = ProcessTable(boot: BootClock(bootUnixNanoseconds: 1_000_000_000_000))

  /// The attributes of the same flow written three times: new, encoded, and from what is kept.
  private func records(
    _ flow: NetworkFlow, _ peer: NetworkLog.Peer = .init(), _ log: inout NetworkLog
  ) -> [[String: String]] {
    var output = ProbeOutput(version: "1")
    output.logs.select(scope: NetworkMetrics.scope)
    let owner = table.attributes(of: table.note(flow.owner, flow.image))
    for _ in 0..<3 { log.write(flow, owner, peer, table.boot, &output) }
    return OutputTexts.logs(output.logs.takePayload()).map { item in
      // What tells the owner apart is not the log's own.
      item.attributes.filter { !$0.key.hasPrefix("process.") }
    }
  }

  private static let amounts = [
    "network.namespace.inode": "4026531840", "network.flow.id": "2a-1dcd65000",
    "network.flow.state": "ended", "network.flow.duration": "1.0",
    "network.io.transmit": "1000", "network.io.receive": "20000",
    "network.flow.total.transmit": "1000", "network.flow.total.receive": "20000",
  ]
  private static let health = [
    "network.packets.transmit": "12", "network.packets.receive": "20", "tcp.rtt": "0.0015",
    "tcp.rtt.min": "0.0009", "tcp.rtt.variation": "0.0002", "tcp.retransmits": "0",
  ]

  private func expect(
    _ change: (inout network_flow) -> Void, _ peer: NetworkLog.Peer = .init(),
    _ parts: [String: String]..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var record = FlowRecord.connection()
    change(&record)
    var log = NetworkLog()
    let flow = try #require(FlowRecord.read(record))
    var wanted = NetworkRecordTests.amounts
    for part in parts { wanted.merge(part) { $1 } }
    let written = records(flow, peer, &log)
    #expect(written == [wanted, wanted, wanted], sourceLocation: sourceLocation)
  }

  @Test("a client's record is complete")
  func client() throws {
    try expect(
      { _ in }, .init(), NetworkRecordTests.health,
      [
        "network.transport": "tcp", "network.type": "ipv4", "network.flow.role": "client",
        "source.address": "10.0.0.1", "source.port": "40000", "destination.address": "10.0.0.2",
        "destination.port": "80", "client.address": "10.0.0.1", "client.port": "40000",
        "server.address": "10.0.0.2", "server.port": "80", "tcp.connect.duration": "0.002",
      ])
  }

  @Test("a server's record over IPv6 is complete")
  func server() throws {
    let high = UInt64(0x2001_0db8_0000_0000).byteSwapped
    try expect(
      {
        $0.role = UInt8(NETWORK_SERVER.rawValue)
        $0.family = 10
        $0.local = (high, UInt64(1).byteSwapped)
        $0.remote = (high, UInt64(2).byteSwapped)
        $0.flags = UInt8(NETWORK_OWNER_GUESSED.rawValue | NETWORK_RESET_SENT.rawValue)
        $0.lost = 3
        $0.error = 104
      }, .init(), NetworkRecordTests.health,
      [
        "network.transport": "tcp", "network.type": "ipv6", "network.flow.role": "server",
        "source.address": "2001:db8::2", "source.port": "80", "destination.address": "2001:db8::1",
        "destination.port": "40000", "client.address": "2001:db8::2", "client.port": "80",
        "server.address": "2001:db8::1", "server.port": "40000", "error.type": "connection_reset",
        "network.flow.owner_guessed": "true", "tcp.reset": "transmit", "tcp.lost": "3",
      ])
  }

  @Test("a record of datagrams between unknown roles is complete")
  func datagrams() throws {
    try expect(
      {
        $0.protocol = 17
        $0.role = 0
        $0.local = (0, 0)
        $0.flags = UInt8(NETWORK_OLDER.rawValue)
        $0.sent_messages = 9
        $0.received_messages = 7
      }, .init(name: "web.test"),
      [
        "network.transport": "udp", "network.type": "ipv4", "source.port": "40000",
        "destination.address": "10.0.0.2", "destination.port": "80", "network.flow.older": "true",
        "network.packets.transmit": "9", "network.packets.receive": "7",
      ])
  }

  @Test(
    "the largest record has its room",
    arguments: [NETWORK_CLIENT, NETWORK_SERVER, NETWORK_ROLE_UNKNOWN])
  func largest(role: network_role) throws {
    var record = FlowRecord.connection()
    record.role = UInt8(role.rawValue)
    record.family = 10
    (record.local, record.remote) = ((.max, .max), (.max, .max))
    (record.local_port, record.remote_port) = (.max, .max)
    record.flags = .max
    (record.cookie, record.head.time, record.opened) = (.max, .max, .max - 1)
    (record.sent, record.received) = (UInt64(Int64.max), UInt64(Int64.max))
    (record.segments_sent, record.segments_received) = (.max, .max)
    (record.rtt, record.rtt_min, record.rtt_variation) = (.max, .max, .max)
    (record.netns, record.retransmits, record.lost, record.error) = (.max, .max, .max, .max)
    let flow = try #require(FlowRecord.read(record))
    let name = String(repeating: "n", count: 5000)
    var log = NetworkLog()
    let written = records(flow, .init(name: role == NETWORK_ROLE_UNKNOWN ? nil : name), &log)
    #expect(written.count == 3 && written[0].count >= 25)
    #expect(written[1] == written[0] && written[2] == written[0])
    #expect(role == NETWORK_ROLE_UNKNOWN || written[0].values.contains(name))
  }

  @Test("ends that differ in anything are never taken for each other")
  func differences() throws {
    var log = NetworkLog()
    let changes: [(inout network_flow) -> Void] = [
      { _ in }, { $0.local = FlowRecord.words(0x0a00_0003) },
      { $0.remote = FlowRecord.words(0x0a00_0003) }, { $0.remote_port = 81 },
      { $0.role = UInt8(NETWORK_SERVER.rawValue) }, { $0.role = 0 }, { $0.netns = 5 },
      { $0.protocol = 17 },
    ]
    var flows: [(flow: NetworkFlow, name: String?)] = []
    for change in changes {
      var record = FlowRecord.connection()
      change(&record)
      let flow = try #require(FlowRecord.read(record))
      for name in [nil, "a.test", "b.test"] { flows.append((flow, name)) }
    }
    for _ in 0..<3 {
      for (flow, name) in flows {
        var fresh = NetworkLog()
        #expect(
          records(flow, .init(name: name), &log) == records(flow, .init(name: name), &fresh))
      }
    }
  }

  @Test("two numbers are text in hexadecimal digits without leading zeros")
  func hexadecimal() {
    for (first, second) in [(0, 0), (0x2a, 0x1dcd_65000), (15, 16), (.max, .max)]
      as [(UInt64, UInt64)]
    {
      let pair = HexadecimalPair(first, second)
      let text = String(copying: pair.bytes)
      #expect(text == String(first, radix: 16) + "-" + String(second, radix: 16))
    }
  }
}
