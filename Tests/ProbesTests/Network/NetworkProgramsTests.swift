import EBPF
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

  @Test("the kernel tells the names of its reasons for drops and resets")
  func reasons() throws {
    let drops = try KernelBTF.values(ofEnumeration: "skb_drop_reason")
    #expect(drops.values.contains("SKB_DROP_REASON_NO_SOCKET"))
    #expect(throws: BPFError.self) { try KernelBTF.values(ofEnumeration: "no_such_enumeration") }
  }
}
