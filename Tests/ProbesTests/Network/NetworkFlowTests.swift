import Bytes
import CProbeEvents
import Identity
import Testing

@testable import Probes

@Suite struct NetworkFlowTests {
  @Test("reads a record with what has come to pass since the one before")
  func reading() throws {
    var record = FlowRecord.connection()
    record.sent_reported = 400
    record.received_reported = 20_000
    record.retransmits = 5
    record.retransmits_reported = 2
    record.segments_sent_reported = 10
    let flow = try #require(FlowRecord.read(record))
    #expect(flow.owner == ProcessKey(pid: 4711, startTicks: 500))
    #expect(flow.sent == 600 && flow.totalSent == 1000)
    #expect(flow.received == 0 && flow.totalReceived == 20_000)
    #expect(flow.retransmits == 3 && flow.packetsSent == 2 && flow.packetsReceived == 20)
    #expect(flow.local.description == "10.0.0.1" && flow.remote.description == "10.0.0.2")
    #expect(flow.localPort == 40_000 && flow.remotePort == 80)
    #expect(flow.connectTime == 2_000_000)
    #expect(flow.image.command.text == "curl" && flow.image.user == 1000)
    #expect(flow.isTCP && flow.isFirst && !flow.isListener)
  }

  @Test("refuses a record that is cut short, at every byte, and one that is too long")
  func truncation() {
    let bytes = FlowRecord.bytes(FlowRecord.connection())
    for count in 0..<bytes.count {
      let cut = Array(bytes[..<count])
      let isRead = NetworkFlow(cut.span) != nil
      #expect(!isRead, "\(count) bytes")
    }
    let long = bytes + [0]
    let isRead = NetworkFlow(long.span) != nil
    #expect(!isRead)
  }

  @Test(
    "refuses a record whose parts do not agree",
    arguments: [
      { $0.head.size = 100 }, { $0.head.type = 99 }, { $0.role = 9 }, { $0.cause = 0 },
      { $0.cause = 200 }, { $0.protocol = 1 }, { $0.sent_reported = 1001 },
      { $0.received_reported = .max }, { $0.sent = .max }, { $0.opened = .max },
      { $0.cause = UInt8(NETWORK_OPENED.rawValue) },
      { $0.role = UInt8(NETWORK_LISTENING.rawValue) },
      { $0.head.type = UInt16(NETWORK_LISTENER.rawValue) },
    ] as [@Sendable (inout network_flow) -> Void])
  func inconsistency(change: @Sendable (inout network_flow) -> Void) {
    var record = FlowRecord.connection()
    change(&record)
    #expect(FlowRecord.read(record) == nil)
  }

  @Test("takes any bytes of a record's size without harm")
  func hostile() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = FlowRecord.bytes(FlowRecord.connection())
      for _ in 0..<8 { bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255) }
      _ = generator.next()
      guard let flow = NetworkFlow(bytes.span) else { continue }
      #expect(flow.sent <= flow.totalSent && flow.received <= flow.totalReceived)
      #expect(flow.image.command.count <= 16)
    }
  }

  @Test("does not tell how long connecting took where this side did not connect or nobody saw it")
  func connectTime() {
    var record = FlowRecord.connection()
    record.flags = UInt8(NETWORK_OLDER.rawValue)
    #expect(FlowRecord.read(record)?.connectTime == nil)
    record = FlowRecord.connection()
    record.role = UInt8(NETWORK_SERVER.rawValue)
    #expect(FlowRecord.read(record)?.connectTime == nil)
    record = FlowRecord.connection()
    record.established = 0
    #expect(FlowRecord.read(record)?.connectTime == nil)
  }
}
