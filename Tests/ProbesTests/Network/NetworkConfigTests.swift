import CProbeEvents
import TestSupport
import Testing

@testable import Probes

@Suite struct NetworkConfigTests {
  @Test("an empty section gives the defaults")
  func defaults() {
    let (config, problems) = ([:] as ConfigTree).decode(NetworkConfig.self)
    #expect(problems.isEmpty)
    #expect(config.logs && config.metrics && config.udp && config.loopback)
    #expect(config.period == .seconds(60) && config.metricNames == .semconv)
    #expect(config.seriesLimit == 2000 && config.peer == .name && !config.perProcess)
  }

  @Test("reads every option")
  func options() throws {
    let tree: ConfigTree = [
      "logs": false, "metrics": true, "metric_names": "obi", "metric_peer": "address",
      "metric_per_process": true, "metric_series_limit": 10, "loopback": false, "udp": false,
      "udp_logs": false, "active_interval": "5s", "collection_interval": "1s",
      "include": ["cidrs": ["10.0.0.0/8"], "ports": [443, "8000-8999"], "executables": ["curl"]],
      "exclude": ["cidrs": ["10.1.0.0/16"], "ports": ["8100"], "executables": ["/usr/bin/ssh"]],
    ]
    let (config, problems) = tree.decode(NetworkConfig.self)
    #expect(problems.isEmpty)
    #expect(!config.logs && !config.loopback && !config.udp && config.metricNames == .obi)
    #expect(config.peer == .address && config.perProcess && config.seriesLimit == 10)
    #expect(config.period == .seconds(5) && config.interval == .seconds(1))
    let filter = config.filter
    func wants(_ address: UInt32, _ port: UInt16) throws -> Bool {
      var record = FlowRecord.connection()
      record.remote = FlowRecord.words(address)
      record.remote_port = port
      return filter.wants(try #require(FlowRecord.read(record)))
    }
    #expect(try wants(0x0a00_0002, 443) && wants(0x0a00_0002, 8500))
    #expect(try !wants(0x0a00_0002, 80))
    #expect(try !wants(0x0a00_0002, 8100))
    #expect(try !wants(0x0a01_0002, 443))
    #expect(try !wants(0x0b00_0002, 443))
    let wantsCurl = filter.wants(name: "curl".utf8Span.span, path: "/usr/bin/curl".utf8Span.span)
    let wantsWget = filter.wants(name: "wget".utf8Span.span, path: "/usr/bin/wget".utf8Span.span)
    #expect(wantsCurl && !wantsWget)
  }

  @Test("names what it cannot use and what would be right")
  func problems() {
    let tree: ConfigTree = [
      "active_interval": "10ms", "metric_names": "other", "unknown": 1,
      "include": ["cidrs": ["10.0.0.0/99"], "ports": ["9-1", "x"], "extra": true],
    ]
    let problems = tree.decode(NetworkConfig.self).problems
    #expect(problems.contains { $0.contains("active_interval") && $0.contains("1s") })
    #expect(problems.contains { $0.contains("metric_names") })
    #expect(problems.contains { $0.contains("unknown") })
    #expect(problems.contains { $0.contains("10.0.0.0/99") && $0.contains("such as") })
    #expect(problems.contains { $0.contains("'9-1'") })
    #expect(problems.contains { $0.contains("'x'") })
    #expect(problems.contains { $0.contains("extra") })
  }
}
