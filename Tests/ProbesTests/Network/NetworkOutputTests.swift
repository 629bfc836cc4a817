import Bytes
import CProbeEvents
import Diagnostics
import Identity
import Testing

@testable import Probes
@testable import Telemetry

@Suite struct NetworkOutputTests {
  private let table = ProcessTable(boot: BootClock(bootUnixNanoseconds: 1_000_000_000_000))

  private func entry(_ flow: NetworkFlow) -> ProcessEntry {
    var image = flow.image
    image.executablePath = ByteSlice("/usr/bin/curl")
    return table.note(flow.owner, image)
  }

  private func flow(_ change: (inout network_flow) -> Void = { _ in }) throws -> NetworkFlow {
    var record = FlowRecord.connection()
    change(&record)
    return try #require(FlowRecord.read(record))
  }

  private func log(_ flow: NetworkFlow, name: String? = nil) -> OutputTexts.Item? {
    let told = ToldFlows()
    var image = flow.image
    image.executablePath = ByteSlice("/usr/bin/curl")
    told.table.note(flow.owner, image)
    if let name { told.name(flow.remote, name) }
    return told.logs(flow).first
  }

  private func add(_ flow: NetworkFlow, name: String? = nil, to metrics: inout NetworkMetrics) {
    let entry = entry(flow)
    metrics.add(
      flow, .init(owner: entry, resource: table.resource(of: entry), peerName: name), observed: 7)
  }

  @Test("a client's flow says who asked whom, how much, how long and how well")
  func client() throws {
    let record = try #require(log(try flow { $0.sent_reported = 400 }, name: "web.test"))
    #expect(record.name == "network.flow")
    #expect(record.value == "1009000000000")
    let expected = [
      "process.pid": "4711", "process.executable.name": "curl", "network.transport": "tcp",
      "network.type": "ipv4", "source.address": "10.0.0.1", "source.port": "40000",
      "destination.address": "10.0.0.2", "destination.port": "80", "client.address": "10.0.0.1",
      "client.port": "40000", "server.address": "web.test", "server.port": "80",
      "network.io.transmit": "600", "network.io.receive": "20000",
      "network.flow.total.transmit": "1000", "network.flow.total.receive": "20000",
      "network.flow.state": "ended", "network.flow.duration": "1.0",
      "network.flow.id": "2a-1dcd65000", "network.flow.role": "client",
      "tcp.connect.duration": "0.002", "tcp.rtt": "0.0015", "tcp.rtt.min": "0.0009",
      "tcp.rtt.variation": "0.0002", "tcp.retransmits": "0", "network.packets.transmit": "12",
    ]
    for (key, value) in expected { #expect(record.attributes[key] == value, "\(key)") }
    #expect(record.attributes["error.type"] == nil && record.attributes["tcp.reset"] == nil)
  }

  @Test("a server's flow names the other side the client and the source")
  func server() throws {
    let record = try #require(log(try flow { $0.role = UInt8(NETWORK_SERVER.rawValue) }))
    #expect(record.attributes["client.address"] == "10.0.0.2")
    #expect(record.attributes["source.address"] == "10.0.0.2")
    #expect(record.attributes["server.address"] == "10.0.0.1")
    #expect(record.attributes["server.port"] == "40000")
  }

  @Test(
    "a failure has its name",
    arguments: [
      (111, "connection_refused"), (110, "timed_out"), (113, "host_unreachable"),
      (101, "net_unreachable"), (104, "connection_reset"), (125, "canceled"), (77, "errno_77"),
    ] as [(UInt16, String)])
  func failure(number: UInt16, name: String) throws {
    let flow = try flow {
      $0.cause = UInt8(NETWORK_FAILED.rawValue)
      $0.error = number
      $0.flags = UInt8(NETWORK_RESET_RECEIVED.rawValue)
    }
    let record = try #require(log(flow))
    #expect(record.attributes["error.type"] == name)
    #expect(record.attributes["tcp.reset"] == "receive")
    #expect(record.attributes["network.flow.state"] == "failed")
  }

  @Test("metrics add up what records say, with the semantic conventions' names")
  func semconv() throws {
    var metrics = NetworkMetrics(NetworkConfig(), start: 5)
    let first = try flow { $0.cause = UInt8(NETWORK_PERIODIC.rawValue) }
    let last = try flow {
      $0.sent = 1500
      $0.sent_reported = 1000
      $0.received_reported = 20_000
      $0.records = 1
      $0.retransmits = 4
    }
    let refused = try flow {
      $0.cause = UInt8(NETWORK_FAILED.rawValue)
      $0.error = 111
      $0.sent = 0
      $0.received = 0
      $0.rtt = 0
    }
    for flow in [first, last, refused] {
      add(flow, name: "web.test", to: &metrics)
    }
    let items = written(metrics)
    func value(_ name: String, _ attribute: String, _ text: String) -> String? {
      items.first { $0.name == name && $0.attributes[attribute] == text }?.value
    }
    #expect(value("network.flow.io", "network.io.direction", "transmit") == "1500")
    #expect(value("network.flow.io", "network.io.direction", "receive") == "20000")
    #expect(value("tcp.client.connects", "outcome", "success") == "1")
    #expect(value("tcp.client.connects", "error.type", "connection_refused") == "1")
    #expect(value("tcp.client.connect.duration", "server.address", "web.test") == "1")
    #expect(value("tcp.rtt", "server.port", "80") == "2")
    #expect(value("tcp.retransmits", "process.executable.name", "curl") == "4")
    #expect(items.allSatisfy { $0.startTime == 7 })
  }

  @Test("of a flow that nobody is known to own no program is told, of another at least the command")
  func unknownOwner() throws {
    let known = try flow()
    let unknown = try flow {
      $0.head.pid = 0
      $0.name = network_flow().name
    }
    for (flow, name) in [(known, "curl"), (unknown, nil)] {
      var metrics = NetworkMetrics(NetworkConfig(), start: 5)
      let entry = table.note(flow.owner, flow.image)
      _ = metrics.add(
        flow, .init(owner: entry, resource: table.resource(of: entry), peerName: nil),
        observed: 7)
      let items = written(metrics)
      #expect(items.contains { $0.name == "network.flow.io" })
      #expect(items.allSatisfy { $0.attributes["process.executable.name"] == name })
    }
  }

  @Test("metrics can have the names of OBI")
  func obi() throws {
    var config = NetworkConfig()
    config.metricNames = .obi
    config.peer = .address
    var metrics = NetworkMetrics(config, start: 5)
    let flow = try flow()
    add(flow, to: &metrics)
    let items = written(metrics)
    let sent = items.first {
      $0.name == "obi.network.flow.bytes" && $0.attributes["direction"] == "request"
    }
    #expect(sent?.value == "1000" && sent?.attributes["dst.address"] == "10.0.0.2")
    #expect(items.contains { $0.name == "obi.stat.tcp.rtt" })
    #expect(!items.contains { $0.name.hasPrefix("network.") || $0.name.hasPrefix("tcp.") })
  }

  @Test("what finds no room is counted together and nothing is lost")
  func overflow() throws {
    var config = NetworkConfig()
    config.seriesLimit = 3
    var metrics = NetworkMetrics(config, start: 5)
    for port in UInt16(1)...10 {
      let flow = try flow { $0.remote_port = port }
      add(flow, to: &metrics)
    }
    let (seriesCount, overflowCount) = (metrics.series.count, metrics.overflowCount)
    #expect(seriesCount == 3 && overflowCount == 7)
    let sent = written(metrics).filter {
      $0.name == "network.flow.io" && $0.attributes["network.io.direction"] == "transmit"
    }
    #expect(sent.compactMap { Int($0.value) }.reduce(0, +) == 10_000)
    #expect(sent.filter { $0.attributes["otel.metric.overflow"] != nil }.map(\.value) == ["7000"])
  }

  @Test("series that nothing was added to for five minutes go")
  func expiry() throws {
    var metrics = NetworkMetrics(NetworkConfig(), start: 5)
    let flow = try flow()
    add(flow, to: &metrics)
    metrics.expire(at: flow.time + NetworkMetrics.idleTime)
    var count = metrics.series.count
    #expect(count == 1)
    metrics.expire(at: flow.time + NetworkMetrics.idleTime + 1)
    count = metrics.series.count
    #expect(count == 0)
    // Nothing leads to where it was.
    let generation = metrics.generation
    #expect(generation == 2)
    add(flow, to: &metrics)
    count = metrics.series.count
    #expect(count == 1)
  }

  @Test("a histogram's bounds belong to the bucket below")
  func bounds() {
    var histogram = NetworkHistogram(.roundTrip)
    for nanoseconds: UInt64 in [1, 500_000, 500_001, 1_000_000_000, 1_000_000_001] {
      histogram.add(nanoseconds: nanoseconds)
    }
    #expect(histogram.counts[0] == 2 && histogram.counts[1] == 1)
    #expect(histogram.counts[10] == 1 && histogram.counts[11] == 1)
  }

  private func written(_ metrics: borrowing NetworkMetrics) -> [OutputTexts.Item] {
    var output = ProbeOutput(version: "1")
    metrics.write(&output.metrics)
    return OutputTexts.metrics(output.metrics.takePayload())
  }
}
