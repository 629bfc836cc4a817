import Configuration
import EBPF
import TestSupport
import Testing

@testable import Probes

@Suite struct EBPFReceiverConfigTests {
  /// The options with sections for one capability called `fake`, which knows the key `level`.
  private struct Config: ConfigDecodable {
    var value: EBPFReceiverConfig

    init(from section: ConfigSection) {
      value = EBPFReceiverConfig(
        from: section,
        factories: [CapabilityFactory("fake") { (_: FakeConfig) in FakeCapability() }])
    }
  }

  private struct FakeConfig: ConfigDecodable {
    init(from section: ConfigSection) {
      _ = section.int("level", default: 1, in: 1...5)
      section.finish()
    }
  }

  @Test("a section turns its capability on")
  func turnsOn() {
    let tree: ConfigTree = ["fake": nil]
    let (config, problems) = tree.decode(Config.self)
    #expect(problems == [])
    #expect(config.value.capabilities.count == 1)
    #expect(config.value.memoryLimit == 48)
    #expect(config.value.dropsCapabilities)
  }

  @Test("a section can turn its capability off, and is checked all the same")
  func turnsOff() {
    let off: ConfigTree = ["fake": ["enabled": false, "level": 2]]
    #expect(off.decode(Config.self).value.value.capabilities.isEmpty)
    #expect(off.decode(Config.self).problems == [])
    let wrong: ConfigTree = ["fake": ["enabled": false, "level": 9]]
    #expect(wrong.decode(Config.self).problems.count == 1)
  }

  @Test(
    "what cannot be meant is a problem",
    arguments: [
      ([:], "has no section"),
      (["other": nil], "other"),
      (["fake": nil, "memory_limit_mib": 4], "memory_limit_mib"),
      (["fake": nil, "keep_capabilities": ["CAP_FLY"]], "CAP_FLY"),
      (["fake": ["levle": 1]], "levle"),
    ] as [(ConfigTree, String)])
  func problems(tree: ConfigTree, text: String) {
    let problems = tree.decode(Config.self).problems
    #expect(!problems.isEmpty)
    #expect(problems.contains { $0.contains(text) }, "\(problems)")
  }

  @Test("capabilities to keep are known by their names")
  func keeps() {
    let tree: ConfigTree = [
      "fake": nil, "drop_capabilities": true, "keep_capabilities": ["dac_override", "CAP_CHOWN"],
    ]
    let (config, problems) = tree.decode(Config.self)
    #expect(problems == [])
    #expect(
      PrivilegeDrop.kept(besides: config.value.keptCapabilities) == [
        .bpf, .perfmon, .sysPtrace, .dacReadSearch, .netBindService, .dacOverride, .chown,
      ])
  }

  @Test("the shares stay within the limit", arguments: [16, 17, 48, 100, 1024])
  func shares(limit: Int) {
    let shares = MemoryShares(limit: limit)
    let parts = ["process", "network", "dns", "latency"].map { shares.limits(for: $0) }
    // A ring is mapped twice in a row.
    let sum =
      2 * (shares.lifecycleRing + shares.bulkRing) + shares.processTable
      + parts.reduce(0) { $0 + $1.mapByteCount + $1.tableByteCount } + 2 * 512 * 1024
    #expect(sum <= limit << 20)
    #expect(shares.lifecycleRing.nonzeroBitCount == 1)
    #expect(shares.bulkRing.nonzeroBitCount == 1)
  }

  @Test("entries fit in their share", arguments: [1, 100, 1000, 100_000])
  func entries(count: Int) {
    let limits = ProbeLimits(mapByteCount: count * 1000, tableByteCount: 0)
    let entries = limits.entries(of: 100)
    #expect(entries == 64 || entries * 148 <= count * 1000)
    #expect(entries.nonzeroBitCount == 1)
  }
}
