import Bytes
import OTLP
import Telemetry
import Testing

@testable import Receivers

@Suite struct NFSScraperTests {
  static let client = """
    net 7 1 6 2
    rpc 100 3 99
    proc3 22 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21
    proc4 4 5 30 31 32
    """

  static let server = """
    rc 4 5 6
    fh 9 0 0 0 0
    io 1000 2000
    th 8 0 0.000 0.000
    ra 32 0 0
    net 30 10 20 3
    rpc 40 6 1 2 3
    proc3 2 11 12
    proc4 2 1 50
    proc4ops 6 0 0 0 61 62 63
    """

  /// The points as texts: name, attributes, value.
  private func points(_ text: String, server: Bool) throws -> [String] {
    let scraper = NFSScraper(MetricSwitches(NFSMetrics.all), readsFirstProcess: false)
    var out = MetricsWriter(hostMetrics: "1")
    out.select(scope: "nfs")
    let bytes = Array(text.utf8)
    if server {
      scraper.writeServer(bytes.span, &out)
    } else {
      scraper.writeClient(bytes.span, &out)
    }
    let payload = out.takePayload()
    guard !payload.isEmpty else { return [] }
    let validated = try RequestValidator.validate(payload.joined(), signal: .metrics)
    #expect(validated.rejected.isEmpty)
    var json = ByteBuffer()
    try JSONRequestEncoder.encode(validated.payload, as: .metrics, into: &json)
    let found = String(decoding: json.takeSlice().array, as: UTF8.self)
    let pattern = /"name":"(nfs[a-z.]+)"|"asInt":"(\d+)"|"(?:stringValue|intValue)":"([^"]+)"/
    var (lines, name, attributes, value): ([String], String, [String], String?) = ([], "", [], nil)
    func finish() {
      if let value { lines.append(([name] + attributes + [value]).joined(separator: " ")) }
      (attributes, value) = ([], nil)
    }
    for match in found.matches(of: pattern) {
      if let metric = match.1 {
        finish()
        name = String(metric)
      } else if let number = match.2 {
        finish()
        value = String(number)
      } else if let attribute = match.3 {
        attributes.append(String(attribute))
      }
    }
    finish()
    return lines
  }

  @Test("reads /proc/net/rpc/nfs")
  func client() throws {
    let points = try points(Self.client, server: false)
    for line in [
      "nfs.client.net.count udp 1", "nfs.client.net.count tcp 6",
      "nfs.client.net.tcp.connection.accepted 2", "nfs.client.rpc.count 100",
      "nfs.client.rpc.retransmit.count 3", "nfs.client.rpc.authrefresh.count 99",
      "nfs.client.procedure.count 3 NULL 0", "nfs.client.procedure.count 3 READ 6",
      "nfs.client.procedure.count 3 COMMIT 21", "nfs.client.procedure.count 4 NULL 5",
      "nfs.client.operation.count 4 READ 30", "nfs.client.operation.count 4 COMMIT 32",
    ] {
      #expect(points.contains(line), "\(line) in \(points)")
    }
    #expect(points.count == 2 + 1 + 3 + 22 + 1 + 3)
  }

  @Test("reads /proc/net/rpc/nfsd")
  func server() throws {
    let points = try points(Self.server, server: true)
    #expect(
      points == [
        "nfs.server.repcache.requests hit 4", "nfs.server.repcache.requests miss 5",
        "nfs.server.repcache.requests nocache 6", "nfs.server.fh.stale.count 9",
        "nfs.server.io receive 1000", "nfs.server.io transmit 2000", "nfs.server.thread.count 8",
        "nfs.server.net.count udp 10", "nfs.server.net.count tcp 20",
        "nfs.server.net.tcp.connection.accepted 3", "nfs.server.rpc.count 40",
        "nfs.server.rpc.count format 1", "nfs.server.rpc.count auth 2",
        "nfs.server.rpc.count client 3", "nfs.server.procedure.count 3 NULL 11",
        "nfs.server.procedure.count 3 GETATTR 12", "nfs.server.procedure.count 4 NULL 1",
        "nfs.server.procedure.count 4 COMPOUND 50", "nfs.server.operation.count 4 ACCESS 61",
        "nfs.server.operation.count 4 CLOSE 62", "nfs.server.operation.count 4 COMMIT 63",
      ])
  }

  @Test("a text that is cut anywhere gives valid metrics or none", arguments: [false, true])
  func truncated(isServer: Bool) throws {
    let text = isServer ? Self.server : Self.client
    for count in 0..<text.utf8.count {
      _ = try points(String(text.prefix(count)), server: isServer)
    }
  }

  @Test("numbers that are none, and counts that lie, are passed over")
  func hostile() throws {
    let text = "net x y z\nrpc\nproc3 99999999999999999999 1\nproc4 18446744073709551615 1 2\n"
    #expect(
      try points(text, server: false) == [
        "nfs.client.procedure.count 4 NULL 1", "nfs.client.operation.count 4 READ 2",
      ])
  }
}
