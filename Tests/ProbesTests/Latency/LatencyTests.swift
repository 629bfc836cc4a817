import Bytes
import CProbeEvents
import EBPF
import Identity
import Telemetry
import TestSupport
import Testing

@testable import Probes

@Suite struct LatencyTests {
  /// The bytes of a program's histogram with one value in each of these slots.
  static func histogram(_ slots: [Int], sum: UInt64) -> [UInt8] {
    var words = [UInt64](repeating: 0, count: 2 + Int(LATENCY_SLOT_COUNT))
    words[0] = sum
    for slot in slots { words[2 + slot] += 1 }
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }

  @Test func `the histograms of all processors are one`() {
    let bytes =
      LatencyTests.histogram([10, 12], sum: 3_000) + LatencyTests.histogram([10], sum: 1_000)
    let histogram = LatencyHistogram(bytes.span, count: 2, stride: 336)
    var metrics = MetricsWriter(version: "1")
    metrics.select(scope: "test")
    metrics.open(RunQueueTable.shape)
    histogram.write(to: &metrics)
    metrics.close()
    let point = EmittedRecord.points(metrics.takePayload()).first
    #expect(point?.count == 3)
    #expect(point?.offset == -20)
    #expect(point?.buckets == [2, 0, 1])
    #expect(point?.sum == 4e-6)
  }

  @Test func `a histogram cut at any byte is no crash`() {
    let whole = LatencyTests.histogram([39], sum: 1)
    for count in 0..<whole.count {
      let cut = LatencyHistogram(whole.span.extracting(0..<count), count: 1, stride: 336)
      #expect(cut.count == 0)
    }
  }

  @Test func `an OOM kill is told and counted`() {
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let table = ProcessTable(settings, boot: BootClock(bootUnixNanoseconds: 0))
    let kills = OOMKills(table)
    var output = ProbeOutput(version: "1")
    let bytes = LatencyTests.killRecord()
    guard let head = ProbeHead(bytes.span), let kill = OOMKillRecord(bytes.span, head) else {
      Issue.record("the record was not read")
      return
    }
    table.cgroups.add(head.controlGroup, path: "/docker/1")
    for _ in 0..<2 { kills.take(kill, head, &output) }
    let log = EmittedRecord.logs(output.logs.takePayload()).first
    #expect(log?.name == "process.oom_kill")
    #expect(log?.attributes["process.pid"] == "4711")
    #expect(log?.attributes["process.executable.name"] == "eater")
    #expect(log?.attributes["process.oom_kill.cause.pid"] == "99")
    #expect(log?.attributes["process.oom_score_adj"] == "-7")
    #expect(log?.attributes["process.memory.anonymous"] == "8192")
    #expect(log?.attributes["process.linux.cgroup"] == "/docker/1")
    kills.writeMetrics(to: &output.metrics)
    let point = EmittedRecord.points(output.metrics.takePayload()).first
    #expect(point?.name == "container.oom_kills")
    #expect(point?.value == 2)
    for count in 0..<bytes.count {
      let cut = bytes.span.extracting(0..<count)
      var isRead = false
      if let head = ProbeHead(cut) { isRead = OOMKillRecord(cut, head) != nil }
      #expect(!isRead)
    }
  }

  static func killRecord() -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ value: some FixedWidthInteger) {
      for shift in stride(from: 0, to: value.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    append(UInt16(48))
    append(UInt16(112))
    bytes += [0, 53, 0, 0]
    append(UInt64(1_000))
    append(UInt32(4711))
    append(UInt32(4711))
    append(UInt64(50_000_000_000))
    append(UInt64(1))
    append(UInt32(3))
    append(UInt32(0))
    append(UInt32(99))
    append(Int32(-7))
    for pages in [100, 2, 1, 0, 4096] as [UInt64] { append(pages) }
    return bytes + Array("eater".utf8) + [UInt8](repeating: 0, count: 11)
  }

  @Test func `all options are read`() {
    let tree: ConfigTree = [
      "run_queue": ["enabled": true, "max_cgroups": 10],
      "block_io": ["exclude_devices": ["loop*", "sda"]], "oom_kills": ["enabled": false],
    ]
    let (config, problems) = tree.decode(LatencyConfig.self)
    #expect(problems.isEmpty)
    #expect(config.cgroupLimit == 10)
    #expect(!config.tellsOOMKills)
    #expect(config.tells(of: "vda"))
    #expect(!config.tells(of: "loop3"))
    #expect(!config.tells(of: "sda"))
    #expect(config.tells(of: "sdab"))
    let capability = LatencyCapability(config)
    #expect(capability.programs.map(\.name).contains("oom") == false)
  }

  @Test func `a device without a name is a problem`() {
    let tree: ConfigTree = ["block_io": ["exclude_devices": ["sda", ""]]]
    let problems = tree.decode(LatencyConfig.self).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains("block_io::exclude_devices::1: is empty") == true)
  }

  @Test func `devices have their names`() {
    var names = BlockDeviceNames()
    #expect(names.name(major: 4095, minor: 9) == "4095:9")
  }
}
