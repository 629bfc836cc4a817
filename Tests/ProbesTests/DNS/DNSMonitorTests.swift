import Bytes
import Identity
import Telemetry
import Testing

@testable import Probes

@Suite struct DNSMonitorTests {
  /// A monitor with its output.
  final class Rig {
    let monitor: DNSMonitor
    let names = PeerNames(capacity: 4)
    private var output = ProbeOutput(version: "1")

    init(
      _ config: DNSConfig = DNSConfig(), capacity: Int = 8, longByteCount: Int = 1 << 20
    ) {
      var settings = ProcessTable.Settings()
      settings.root = "/nonexistent"
      let processes = ProcessTable(settings, boot: BootClock(bootUnixNanoseconds: 1_000))
      monitor = DNSMonitor(
        config, processes, names,
        DNSMonitor.Limits(lookupCount: capacity, longByteCount: longByteCount))
    }

    @discardableResult
    func take(_ record: DNSRecordBytes) -> Bool { take(record.bytes) }

    @discardableResult
    func take(_ bytes: [UInt8]) -> Bool {
      guard let head = ProbeHead(bytes.span) else { return false }
      return monitor.take(bytes.span.extracting(0..<head.size), head, &output)
    }

    func expire(at time: UInt64) { monitor.expire(at: time, &output) }

    func logs() -> [EmittedRecord] { EmittedRecord.logs(output.logs.takePayload()) }

    func points() -> [EmittedRecord] {
      output.metrics.select(scope: "test")
      monitor.writeMetrics(to: &output.metrics)
      return EmittedRecord.points(output.metrics.takePayload())
    }
  }

  @Test func `a query and its answer make a lookup`() throws {
    let rig = Rig()
    rig.take(.query())
    rig.take(.answer(answers: [(5, [1, 0x65, 0]), (1, [192, 0, 2, 1]), (1, [192, 0, 2, 2])]))
    let logs = rig.logs()
    #expect(logs.count == 1)
    var log = try #require(logs.first)
    // The first has a random part; the second is as this machine's users are called.
    #expect(log.attributes.removeValue(forKey: "process.exec_id") != nil)
    log.attributes["process.owner"] = nil
    #expect(log.name == "dns.lookup")
    #expect(log.time == 1_000_001_000)
    #expect(
      log.attributes == [
        "dns.question.name": "www.example.com", "dns.question.type": "A",
        "dns.response_code": "NOERROR", "dns.answers": "192.0.2.1|192.0.2.2",
        "dns.answers.data": "e", "dns.lookup.duration": "0.02", "dns.lookup.attempts": "1",
        "server.address": "10.0.0.53", "server.port": "53", "network.transport": "udp",
        "network.type": "ipv4", "process.pid": "4711",
        "process.creation.time": "1970-01-01T00:00:50.000Z",
        "process.executable.name": "asker",
      ])
    #expect(rig.monitor.pendingCount == 0)
    let points = rig.points()
    #expect(points.map(\.count) == [1])
    #expect(points.first?.attributes == ["dns.question.type": "A"])
    #expect(points.first?.buckets == [0, 0, 1] + [UInt64](repeating: 0, count: 12))
  }

  @Test func `the addresses answered have the name that was asked for`() throws {
    let rig = Rig()
    rig.take(.query())
    rig.take(.answer(answers: [(1, [192, 0, 2, 1])]))
    let bytes: [UInt8] = [192, 0, 2, 1]
    let found = NetworkAddress(bytes.span)
    let address = try #require(found)
    #expect(rig.names.name(of: address, at: 2_000_000_000) == "www.example.com")
    #expect(rig.names.name(of: address, at: 700_000_000_000) == nil)
  }

  @Test(arguments: [(3, "NXDOMAIN"), (2, "SERVFAIL"), (5, "REFUSED")] as [(UInt16, String)])
  func `an answer's code is the error`(code: UInt16, name: String) {
    let rig = Rig()
    rig.take(.query())
    rig.take(.answer(code: code))
    #expect(rig.logs().first?.attributes["error.type"] == name)
    #expect(rig.points().first?.attributes["error.type"] == name)
  }

  @Test func `a lookup without an answer times out behind its last attempt`() {
    let rig = Rig()
    rig.take(.query(at: 1_000_000_000))
    rig.take(.query(at: 6_000_000_000))
    rig.expire(at: 15_999_999_999)
    #expect(rig.logs().isEmpty)
    rig.expire(at: 16_000_000_000)
    let log = rig.logs().first
    #expect(log?.attributes["error.type"] == "timeout")
    #expect(log?.attributes["dns.lookup.attempts"] == "2")
    #expect(log?.attributes["dns.lookup.duration"] == "15.0")
    #expect(log?.attributes["dns.response_code"] == nil)
    #expect(rig.points().first?.count == 1)
  }

  @Test func `an answer of another socket, id, name or type is no answer`() {
    let rig = Rig()
    rig.take(.query())
    var other = DNSRecordBytes.answer()
    other.cookie = 1
    rig.take(other)
    rig.take(.answer(id: 8))
    rig.take(.answer("www.example.org"))
    rig.take(.answer("www.example.com", 28))
    #expect(rig.logs().isEmpty)
    #expect(rig.monitor.losses.unmatchedAnswers == 4)
    #expect(rig.monitor.pendingCount == 1)
    rig.take(.answer("WWW.example.COM"))
    #expect(rig.logs().count == 1)
  }

  @Test func `no more lookups wait than there is room for`() {
    let rig = Rig(capacity: 8)
    for id in 0..<20 { rig.take(.query(id: UInt16(id))) }
    #expect(rig.monitor.pendingCount == 8)
    #expect(rig.monitor.losses.evictedLookups == 12)
    for id in 0..<20 { rig.take(.answer(id: UInt16(id))) }
    #expect(rig.logs().count == 8)
  }

  @Test func `names that are long take no more memory than they may`() {
    let rig = Rig(capacity: 1000, longByteCount: 8192)
    let label = String(repeating: "x", count: 60)
    for id in 0..<100 { rig.take(.query(id: UInt16(id), "n\(id).\(label).\(label).\(label)")) }
    #expect(rig.monitor.pendingCount > 8 && rig.monitor.pendingCount < 20)
    #expect(rig.monitor.losses.evictedLookups == 100 - rig.monitor.pendingCount)
    for id in 0..<100 { rig.take(.answer(id: UInt16(id), "n\(id).\(label).\(label).\(label)")) }
    #expect(rig.logs().count == 100 - rig.monitor.losses.evictedLookups)
  }

  @Test func `names can be hashed or left out`() {
    for (choice, expected) in [
      (DNSConfig.QuestionNames.hashed, "80fc0fb9266db7b8" as String?), (.off, nil),
    ] {
      var config = DNSConfig()
      config.questionNames = choice
      let rig = Rig(config)
      rig.take(.query())
      rig.take(.answer(answers: [(1, [192, 0, 2, 1])]))
      let attributes = rig.logs().first?.attributes
      #expect(attributes?["dns.question.name"] == expected)
      #expect(attributes?["dns.answers"] == nil)
    }
  }

  @Test func `names that are left out are counted all the same`() {
    var config = DNSConfig()
    config.excludedSuffixes = [ByteSlice("example.com")]
    let rig = Rig(config)
    for (id, name) in ["www.example.com", "example.com", "anexample.com"].enumerated() {
      rig.take(.query(id: UInt16(id), name))
      rig.take(.answer(id: UInt16(id), name))
    }
    #expect(rig.logs().map { $0.attributes["dns.question.name"] } == ["anexample.com"])
    #expect(rig.points().first?.count == 3)
  }

  @Test func `every number of an IPv4 address is as people write it`() {
    let rig = Rig()
    for number in 0...255 as ClosedRange<UInt8> {
      rig.take(.query())
      rig.take(.answer(answers: [(1, [number, 0, 255, number])]))
    }
    let wanted = (0...255).map { "\($0).0.255.\($0)" }
    #expect(rig.logs().map { $0.attributes["dns.answers"] } == wanted)
  }

  @Test func `an answer over IPv6 and TCP`() {
    let rig = Rig()
    var query = DNSRecordBytes.query("a.example", 28)
    var answer = DNSRecordBytes.answer(
      "a.example", 28, answers: [(28, [0xFD] + [UInt8](repeating: 0, count: 14) + [9])])
    (query.isIPv6, query.isStream, answer.isIPv6, answer.isStream) = (true, true, true, true)
    rig.take(query)
    rig.take(answer)
    let attributes = rig.logs().first?.attributes
    #expect(attributes?["server.address"] == "fd00::2")
    #expect(attributes?["network.transport"] == "tcp")
    #expect(attributes?["network.type"] == "ipv6")
    #expect(attributes?["dns.answers"] == "fd00::9")
  }

  @Test func `an answer of multicast DNS repeats no question`() {
    let rig = Rig()
    rig.take(.query(id: 0, "printer.local"))
    let name = [7] + Array("printer".utf8) + [5] + Array("local".utf8) + [0]
    let answer = name + [0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 10, 0, 0, 9]
    rig.take(
      DNSRecordBytes(
        time: 1_020_000_000, isAnswer: true,
        message: [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0] + answer))
    #expect(rig.logs().first?.attributes["dns.answers"] == "10.0.0.9")
  }

  @Test func `an answer that was cut is told as far as it goes`() {
    let rig = Rig()
    rig.take(.query())
    var answer = DNSRecordBytes.answer(answers: [(1, [192, 0, 2, 1]), (1, [192, 0, 2, 2])])
    answer.length = answer.message.count
    answer.message.removeLast(2)
    rig.take(answer)
    let attributes = rig.logs().first?.attributes
    #expect(attributes?["dns.answers"] == "192.0.2.1")
    #expect(attributes?["dns.answers.incomplete"] == "true")
  }

  @Test func `a record cut at any byte or with wrong lengths is malformed`() {
    let rig = Rig()
    let whole = DNSRecordBytes.query().bytes
    for count in 0..<whole.count { #expect(!rig.take(Array(whole[..<count]))) }
    var record = DNSRecordBytes.query()
    record.length = 1
    #expect(!rig.take(record))
    for (offset, value) in [(100, 255), (101, 255), (92, 5), (93, 1), (94, 2)] as [(Int, UInt8)] {
      var bytes = whole
      bytes[offset] = value
      #expect(!rig.take(bytes), "byte \(offset)")
    }
    #expect(rig.monitor.pendingCount == 0)
  }

  @Test func `messages that cannot be read are counted and do no harm`() {
    let rig = Rig()
    let whole = DNSRecordBytes.query().message
    for count in 0..<whole.count {
      var record = DNSRecordBytes.query()
      record.message = Array(whole[..<count])
      record.length = whole.count
      #expect(rig.take(record))
    }
    #expect(rig.monitor.losses.unreadableMessages == whole.count)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var record = DNSRecordBytes.query()
      record.isAnswer = Bool.random(using: &generator)
      let index = Int.random(in: 0..<whole.count, using: &generator)
      record.message[index] = UInt8.random(in: 0...255, using: &generator)
      #expect(rig.take(record))
    }
    #expect(rig.monitor.pendingCount <= 8)
  }
}
