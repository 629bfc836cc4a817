import Bytes
import DNS
import Identity
import TestSupport
import Telemetry
import Testing

@testable import Probes

/// Whole log records, byte for byte.
@Suite struct DNSRecordsTests {
  /// A monitor, and beside it what it should write.
  private final class Pair {
    let processes: ProcessTable
    let monitor: DNSMonitor
    var output = ProbeOutput(version: "1")
    var plain = LogsWriter(version: "1")

    init() {
      var settings = ProcessTable.Settings()
      settings.root = "/nonexistent"
      processes = ProcessTable(settings, boot: BootClock(bootUnixNanoseconds: 1_000))
      monitor = DNSMonitor(
        DNSConfig(), processes, nil,
        DNSMonitor.Limits(lookupCount: 64, longByteCount: 1 << 20))
    }

    func take(_ record: DNSRecordBytes) {
      let bytes = record.bytes
      guard let head = ProbeHead(bytes.span) else { return }
      _ = monitor.take(bytes.span.extracting(0..<head.size), head, &output)
    }
  }

  private struct Draw {
    var random: SeededRandom

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[below(elements.count)]
    }

    /// Some answers: their types and data, and as text what addresses and others say.
    mutating func answers() -> (data: [(UInt16, [UInt8])], addresses: [String], others: [String]) {
      var made: (data: [(UInt16, [UInt8])], addresses: [String], others: [String]) = ([], [], [])
      for _ in 0..<below(5) {
        switch below(4) {
        case 0:
          let label = String(repeating: "n", count: 1 + below(60))
          made.data.append((5, [UInt8(label.utf8.count)] + Array(label.utf8) + [0]))
          made.others.append(label)
        case 1:
          let parts = (0..<4).map { _ in UInt8(below(256)) }
          made.data.append((1, parts))
          made.addresses.append(parts.map { "\($0)" }.joined(separator: "."))
        case 2:
          made.data.append((28, [0xFD] + [UInt8](repeating: 0, count: 14) + [0xA9]))
          made.addresses.append("fd00::a9")
        default: made.data.append((99, [1, 2, 3]))
        }
      }
      return made
    }

    /// A name of some length, longer than a place of its own has room for once in a while.
    mutating func name() -> String {
      let labels = 1 + below(below(8) == 0 ? 5 : 2)
      return (0..<labels).map { _ in
        String(repeating: pick(["a", "b", "c"]), count: 1 + below(50))
      }.joined(separator: ".")
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `records made of pieces are as if written attribute by attribute`(seed: UInt64) {
    let pair = Pair()
    var draw = Draw(random: SeededRandom(seed: seed))
    var now: UInt64 = 1_000_000_000
    for step in 0..<400 {
      if draw.below(20) == 0 { pair.output.observed += 1 }
      let type = draw.pick([1, 28, 65, 777] as [UInt16])
      let pid = draw.pick([0, 0, 4711, 4712, 4713] as [UInt32])
      let isTruncated = draw.below(8) == 0
      let code = draw.pick([0, 0, 0, 2, 3, 15] as [UInt16])
      let attempts = draw.pick([1, 1, 1, 2, 3])
      let made = draw.answers()
      var query = DNSRecordBytes.query(id: UInt16(step), draw.name(), type, at: now)
      query.pid = pid
      (query.isIPv6, query.isStream) = (draw.below(4) == 0, draw.below(4) == 0)
      let name = String(decoding: DNSRecordsTests.name(of: query), as: UTF8.self)
      for _ in 0..<attempts { pair.take(query) }
      now += UInt64(draw.below(1_000_000_000))
      var answer = DNSRecordBytes.answer(
        id: UInt16(step), name, type, code: code | (isTruncated ? 0x0200 : 0),
        answers: made.data, at: now)
      (answer.isIPv6, answer.isStream) = (query.isIPv6, query.isStream)
      pair.take(answer)
      PlainLookupRecord(
        began: query.time, observed: pair.output.observed, name: name,
        type: DNSRecordType(rawValue: type),
        outcome: .answered(DNSResponseCode(rawValue: code), isTruncated: isTruncated),
        nanoseconds: now - query.time, attempts: Int64(attempts),
        server: DNSRecordsTests.server(of: query),
        process: pid == 0 ? nil : ProcessKey(pid: pid, startNanoseconds: 50_000_000_000),
        addresses: made.addresses, others: made.others
      ).write(pair.processes, to: &pair.plain)
    }
    let (written, expected) = (pair.output.logs.takePayload(), pair.plain.takePayload())
    #expect(written.itemCount == 400)
    #expect(written.itemCount == expected.itemCount)
    #expect(written.joined() == expected.joined())
  }

  private static func server(of record: DNSRecordBytes) -> DNSServer {
    let bytes: [UInt8] =
      record.isIPv6 ? [0xFD] + [UInt8](repeating: 0, count: 14) + [2] : [10, 0, 0, 53]
    let address = NetworkAddress(bytes.span) ?? .none
    return DNSServer(address: address, port: 53, isStream: record.isStream)
  }

  private static func name(of record: DNSRecordBytes) -> [UInt8] {
    var text = ByteBuffer()
    _ = try? DNSName.append(from: record.message.span, at: 12, to: &text)
    return text.takeSlice().array
  }

  @Test func `a lookup that timed out is written as if attribute by attribute`() {
    let pair = Pair()
    pair.take(.query(id: 1, "first.example", at: 1_000_000_000))
    pair.take(.query(id: 2, "second.example", at: 2_000_000_000))
    pair.monitor.expire(at: 60_000_000_000, &pair.output)
    for (name, began) in [("first.example", 1), ("second.example", 2)] as [(String, UInt64)] {
      PlainLookupRecord(
        began: began * 1_000_000_000, observed: 0, name: name, type: .a, outcome: .timedOut,
        nanoseconds: 10_000_000_000, attempts: 1,
        server: DNSRecordsTests.server(of: DNSRecordBytes()),
        process: ProcessKey(pid: 4711, startNanoseconds: 50_000_000_000)
      ).write(pair.processes, to: &pair.plain)
    }
    #expect(pair.output.logs.takePayload().joined() == pair.plain.takePayload().joined())
  }
}
