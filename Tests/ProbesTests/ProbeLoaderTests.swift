import EBPF
import Glibc
import Testing

@testable import Probes

/// What the kernel under the tests lets them do.
enum Kernel {
  /// Why no program can be loaded here; nil where it can.
  static let refusal: String? = {
    var loader = ProbeLoader(.read(), MemoryShares(limit: 48))
    return loader.load(FakeCapability()).states.first { !$0.isOn }?.reason
  }()

  static var loads: Bool { refusal == nil }

  static var comment: Comment { "tp_btf/sys_enter: \(refusal ?? "")" }
}

@Suite(.enabled(if: Kernel.loads, Kernel.comment), .serialized)
struct ProbeLoaderTests {
  private func load(_ specs: [ProgramSpec], _ facts: ProbeHostFacts = .read())
    -> ProbeLoader.Outcome
  {
    let capability = FakeCapability()
    capability.programs = specs
    var loader = ProbeLoader(facts, MemoryShares(limit: 48))
    return loader.load(capability)
  }

  private let good = ProgramSpec.Variant(
    program: "on_sys_enter", hook: .tracepoint("sys_enter", arguments: 2))
  private let refused = ProgramSpec.Variant(
    program: "on_sys_enter_refused", hook: .tracepoint("sys_enter", arguments: 2))
  private let absent = ProgramSpec.Variant(
    program: "on_sys_enter", hook: .tracepoint("no_such_tracepoint"))
  private let otherArguments = ProgramSpec.Variant(
    program: "on_sys_enter", hook: .tracepoint("sys_enter", arguments: 7))

  @Test("the first variant that the kernel has and takes is used")
  func takesVariants() {
    let outcome = load([ProgramSpec("call", [absent, otherArguments, refused, good])])
    #expect(outcome.loaded?.does("call") == true)
    #expect(outcome.states.map(\.program) == ["on_sys_enter"])
    #expect(outcome.states.map(\.reason) == [""])
  }

  @Test("a program that the kernel refuses is left out, and the report says why")
  func leavesOut() {
    let outcome = load([ProgramSpec("call", [good]), ProgramSpec("other", [refused])])
    #expect(outcome.loaded != nil)
    #expect(outcome.states.map(\.isOn) == [true, false])
    #expect(outcome.states[1].reason.contains("mem access"), "\(outcome.states[1].reason)")
  }

  @Test("without a needed program the capability is off")
  func needs() {
    let outcome = load([
      ProgramSpec("call", [good]), ProgramSpec("other", isNeeded: true, [absent]),
    ])
    #expect(outcome.loaded == nil)
    #expect(outcome.states.map(\.isOn) == [false, false])
    #expect(outcome.states[0].reason == "fake makes no sense without other, which is off")
    #expect(outcome.states[1].reason == "this kernel has no tracepoint no_such_tracepoint")
  }

  @Test("the obstacle is named, and what would remove it")
  func namesObstacles() {
    let types = KernelBTF(["sys_enter": 2])
    func reason(
      _ types: KernelBTF?, _ privileges: [Capability], lockedDown: Bool = false
    ) -> String {
      let facts = ProbeHostFacts(
        types: types, privileges: CapabilitySet(privileges), controlGroups: nil, controller: -1,
        isLockedDown: lockedDown)
      return load([ProgramSpec("call", [good])], facts).states[0].reason
    }
    #expect(reason(types, []) == "CAP_BPF and CAP_PERFMON are missing")
    #expect(reason(types, [.bpf]) == "CAP_PERFMON is missing")
    #expect(reason(nil, [.bpf, .perfmon]).contains("/sys/kernel/btf/vmlinux"))
    #expect(reason(types, [.sysAdmin], lockedDown: true).contains("locked down"))
    #expect(reason(types, [.sysAdmin]) == "")
  }
}
