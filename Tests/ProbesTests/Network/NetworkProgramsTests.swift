import Diagnostics
import EBPF
import Identity
import TestSupport
import Testing

@testable import Probes

@Suite(.enabled(if: Kernel.loads, Kernel.comment))
struct NetworkProgramsTests {
  @Test("this kernel takes every program, each through one hook")
  func loading() {
    var loader = ProbeLoader(.read(), MemoryShares(limit: 48))
    let outcome = loader.load(NetworkCapability(NetworkConfig()))
    #expect(outcome.loaded != nil)
    let off = outcome.states.filter { !$0.isOn }.map { "\($0.program ?? ""): \($0.reason)" }
    #expect(off.isEmpty)
    #expect(outcome.states.count == NetworkCapability(NetworkConfig()).programs.count)
  }

  @Test("what is counted from the start on is a counter, in sums that only grow")
  func ownMetrics() throws {
    let capability = NetworkCapability(NetworkConfig())
    var loader = ProbeLoader(.read(), MemoryShares(limit: 48))
    let loaded = try #require(loader.load(capability).loaded)
    let registry = MetricsRegistry()
    let names = PeerNames(capacity: 1)
    let context = ProbeContext(
      clock: .current, log: Log(RecordingLogSink()), metrics: MetricsScope(registry),
      limits: MemoryShares(limit: 48).limits(for: "network"), processes: ProcessTable(),
      names: names)
    var output = ProbeOutput(version: "1")
    try capability.start(loaded, context, &output)
    for last in UInt8(1)...5 {
      let address = try #require(NetworkAddress("10.0.0.\(last)"))
      names.note("a", 1, for: address, at: 1, life: 1)
    }
    for _ in 0..<2 { try capability.collect(&output) }
    let readings = Dictionary(
      uniqueKeysWithValues: registry.samples().map { ($0.key.name, $0.reading) })
    #expect(readings["swiftlet_ebpf_network_series_overflows"] == .counter(0))
    #expect(
      readings["swiftlet_ebpf_network_peer_names_evicted"] == .counter(names.evictionCount))
    #expect(names.evictionCount > 0)
  }

  @Test("the kernel tells the names of its reasons for drops and resets")
  func reasons() throws {
    let drops = try KernelBTF.values(ofEnumeration: "skb_drop_reason")
    #expect(drops.values.contains("SKB_DROP_REASON_NO_SOCKET"))
    #expect(throws: BPFError.self) { try KernelBTF.values(ofEnumeration: "no_such_enumeration") }
  }
}
