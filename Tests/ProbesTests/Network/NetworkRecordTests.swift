import Bytes
import CProbeEvents
import Identity
import Testing

@testable import Probes
@testable import Telemetry

/// Whole records: no attribute more, none less, whether the ends were seen before or not.
@Suite struct NetworkRecordTests {
  /// The attributes of the same flow written four times: new, from what is kept, and in rounds of their own.
  private func records(_ flow: NetworkFlow, _ told: ToldFlows) -> [[String: String]] {
    let items = told.logs(flow, times: 2, inOneRound: true) + told.logs(flow, times: 2)
    return items.map { item in
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
    _ change: (inout network_flow) -> Void, name: String? = nil, _ parts: [String: String]...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var record = FlowRecord.connection()
    change(&record)
    let told = ToldFlows()
    let flow = try #require(FlowRecord.read(record))
    if let name { told.name(flow.remote, name) }
    var wanted = NetworkRecordTests.amounts
    for part in parts { wanted.merge(part) { $1 } }
    let written = records(flow, told)
    #expect(written == [wanted, wanted, wanted, wanted], sourceLocation: sourceLocation)
  }

  @Test("a client's record is complete")
  func client() throws {
    try expect(
      { _ in }, NetworkRecordTests.health,
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
      }, NetworkRecordTests.health,
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
      }, name: "web.test",
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
    let told = ToldFlows()
    if role != NETWORK_ROLE_UNKNOWN { told.name(flow.remote, name) }
    let written = records(flow, told)
    #expect(written.count == 4 && written[0].count >= 25)
    #expect(written.allSatisfy { $0 == written[0] })
    #expect(role == NETWORK_ROLE_UNKNOWN || written[0].values.contains(name))
  }

  @Test("ends that differ in anything are never taken for each other")
  func differences() throws {
    let told = ToldFlows()
    let changes: [(inout network_flow) -> Void] = [
      { _ in }, { $0.local = FlowRecord.words(0x0a00_0003) },
      { $0.remote = FlowRecord.words(0x0a00_0003) }, { $0.remote_port = 81 },
      { $0.role = UInt8(NETWORK_SERVER.rawValue) }, { $0.role = 0 }, { $0.netns = 5 },
      { $0.protocol = 17 },
    ]
    // First without a name, then under names that change in the middle of a round.
    for name in [nil, "a.test", "b.test", "a.test"] {
      for change in changes {
        var record = FlowRecord.connection()
        change(&record)
        let flow = try #require(FlowRecord.read(record))
        let fresh = ToldFlows()
        if let name {
          told.name(flow.remote, name)
          fresh.name(flow.remote, name)
        }
        #expect(
          told.logs(flow, inOneRound: true).map(\.attributes)
            == fresh.logs(flow).map(\.attributes))
      }
    }
  }

  @Test("all is told when what is kept is full and begun anew")
  func fullness() throws {
    let told = ToldFlows()
    var record = FlowRecord.connection()
    for number in UInt32(0)..<1000 {
      record.remote = FlowRecord.words(0x0b00_0000 + number)
      record.head.pid = 5000 + number
      let flow = try #require(FlowRecord.read(record))
      let items = told.logs(flow, inOneRound: true)
      #expect(items.map { $0.attributes["process.pid"] } == ["\(5000 + number)"])
      #expect(items.map { $0.attributes["server.address"] } == ["\(flow.remote)"])
    }
  }

  @Test("an owner or a peer of whom something else becomes known is told of so in the next round")
  func changes() throws {
    let told = ToldFlows()
    var record = FlowRecord.connection()
    let client = try #require(FlowRecord.read(record))
    record.head.pid = 4712
    swap(&record.local, &record.remote)
    swap(&record.local_port, &record.remote_port)
    record.role = UInt8(NETWORK_SERVER.rawValue)
    let server = try #require(FlowRecord.read(record))
    #expect(told.logs(client).first?.attributes["peer.process.pid"] == nil)
    for (key, peer) in [("process", "peer.process"), ("peer.process", "process")] {
      for name in ["first", "second"] {
        var image = client.image
        image.executablePath = ByteSlice("/bin/" + name)
        told.table.noteExec(key == "process" ? server.owner : client.owner, image)
        let record = try #require(told.logs(server).first)
        #expect(record.attributes[key + ".executable.name"] == name)
        #expect(record.attributes[peer + ".pid"] == (peer == "process" ? "4712" : "4711"))
      }
    }
  }
}
