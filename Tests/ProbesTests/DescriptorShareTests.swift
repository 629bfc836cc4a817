import Glibc
import Procfs
import TestSupport
import Testing

@testable import EBPF
@testable import Probes

@Suite(.serialized)
struct DescriptorShareTests {
  @Test(
    "what one takes another does not get until it is given back, and the rest is for connections")
  func shares() {
    let limit = DescriptorLimit(soft: 1_000_000, hard: 1_000_000)
    #expect(DescriptorShare.most(of: limit) == 750_000)
    #expect(DescriptorShare.most(of: DescriptorLimit(soft: 64, hard: 64)) == 32)
    // Nothing that other tests have loaded comes near these numbers.
    var one = DescriptorShare(700_000, of: limit)
    #expect(one != nil)
    #expect(DescriptorShare(100_000, of: limit) == nil)
    one = nil
    #expect(DescriptorShare(700_000, of: limit) != nil)
    #expect(DescriptorShare(1, of: DescriptorLimit(soft: 16, hard: 16)) == nil)
  }

  @Test("what there are no descriptors for is off, with the limit and what would raise it")
  func tellsLimit() {
    var facts = ProbeHostFacts.read()
    facts.descriptors = DescriptorLimit(soft: 48, hard: 48)
    let lacking = ProgramChoice.obstacle(BPFError("load it", code: EMFILE), facts)
    #expect(lacking.reason == "too few file descriptors: the limit is 48 (hard limit 48)")
    #expect(lacking.remedy.contains("LimitNOFILE="))
    let system = ProgramChoice.obstacle(BPFError("load it", code: ENFILE), facts)
    #expect(system.reason.contains("the system") && system.remedy.contains("fs.file-max"))
    facts.isOutOfDescriptors = true
    #expect(facts.obstacle == lacking)
  }

  @Test(
    "a capability that does not fit is off, also where one of its programs is named in the error")
  func leavesOut() {
    guard Kernel.loads else { return }
    var facts = ProbeHostFacts.read()
    facts.descriptors = DescriptorLimit(soft: 40, hard: 41)
    let loading = ProbeLoading([FakeCapability()], facts, memoryLimit: 16)
    #expect(loading.loaded.isEmpty && loading.reading == nil)
    #expect(loading.states.map(\.reason) == [facts.descriptors.obstacle.reason])
  }

  @Test("where the rings cannot be read nothing runs, and the report says why")
  func unreadable() {
    guard Kernel.loads else { return }
    let facts = ProbeHostFacts.read()
    let loading = ProbeLoading([FakeCapability()], facts, memoryLimit: 16) {
      _ throws(BPFError) in
      throw BPFError("make an epoll set", code: EMFILE)
    }
    #expect(loading.loaded.isEmpty && loading.reading == nil)
    #expect(loading.states.map(\.isOn) == [false])
    #expect(loading.states.map(\.reason) == [facts.descriptors.obstacle.reason])
    #expect(ProbeReport(loading.states).obstacles.map(\.duties) == [["fake/call"]])
  }
}
