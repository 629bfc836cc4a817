import CProbeEvents
import Testing

@testable import Probes

/// Records that are filled in are the same as those that are written anew.
@Suite struct FlowFormsTests {
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }

    /// A number of any width up to this one.
    mutating func number(_ bits: UInt64) -> UInt64 {
      next() >> (64 - UInt64.random(in: 1...bits, using: &self))
    }
  }

  private func flow(_ random: inout Random) throws -> NetworkFlow {
    var record = FlowRecord.connection()
    record.cookie = random.number(64)
    record.opened = random.number(62)
    record.established = record.opened + random.number(40)
    record.head.time = record.opened + random.number(62)
    (record.sent, record.received) = (random.number(63), random.number(63))
    record.sent_reported = record.sent >> random.number(4)
    record.received_reported = record.received >> random.number(4)
    record.segments_sent = UInt32(random.number(32))
    record.segments_received = UInt32(random.number(32))
    (record.local_port, record.remote_port) = (UInt16(random.number(16)), UInt16(random.number(16)))
    (record.rtt, record.rtt_min) = (UInt32(random.number(8)) / 8, UInt32(random.number(32)) / 8)
    record.rtt_variation = UInt32(random.number(20))
    (record.retransmits, record.lost) = (UInt32(random.number(9)), UInt32(random.number(9)) / 8)
    record.cause = UInt8.random(in: 1...5, using: &random)
    record.role = UInt8.random(in: 0...2, using: &random)
    record.flags = UInt8(random.number(8))
    record.error = [0, 0, 104, 111, 777].randomElement(using: &random) ?? 0
    record.protocol = Bool.random(using: &random) ? 6 : 17
    return try #require(FlowRecord.read(record))
  }

  @Test("whatever was told of before, a record says what it says alone")
  func filling() throws {
    var random = Random(state: 7)
    let told = ToldFlows()
    for _ in 0..<1500 {
      let first = try flow(&random)
      // As often in the form of the one before as in another one.
      for flow in [first, first, try flow(&random)] {
        let alone = ToldFlows().logs(flow)
        // What the other end is follows from earlier records.
        let among = told.logs(flow).map { $0.attributes.filter { !$0.key.hasPrefix("peer.") } }
        #expect(among == alone.map(\.attributes))
      }
    }
  }

  @Test("each number is filled in whatever its width, between others of the same form")
  func widths() throws {
    let told = ToldFlows()
    for bits in 0..<UInt64(63) {
      for low in [UInt64(0), 1] {
        var record = FlowRecord.connection()
        let number = 1 << bits | low
        (record.sent, record.received) = (number, number)
        (record.cookie, record.opened, record.head.time) = (number, number, .max - low)
        let flow = try #require(FlowRecord.read(record))
        let attributes = try #require(told.logs(flow, times: 2).last).attributes
        #expect(attributes["network.io.transmit"] == "\(number)")
        #expect(attributes["network.flow.total.receive"] == "\(number)")
        let digits = String(number, radix: 16)
        #expect(attributes["network.flow.id"] == digits + "-" + digits)
      }
    }
  }

  @Test("times are filled in, too")
  func times() throws {
    let told = ToldFlows()
    var record = FlowRecord.connection()
    for time in [UInt64(9_000_000_000), 9_000_000_001, 9_876_543_210] {
      record.head.time = time
      let flow = try #require(FlowRecord.read(record))
      let item = try #require(told.logs(flow).first)
      #expect(item.value == "\(1_000_000_000_000 + time)")
      #expect(item.attributes["network.flow.duration"] == "\(Double(time - 8_000_000_000) / 1e9)")
    }
  }
}
