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

  @Test("what holds for the host alone is named, and what /proc does not tell")
  func namesNamespaces() {
    let types = KernelBTF(["sys_enter": 2])
    func facts(_ privileges: [Capability], _ change: (inout ProbeHostFacts) -> Void)
      -> ProbeHostFacts
    {
      var facts = ProbeHostFacts(
        types: types, privileges: CapabilitySet(privileges), controlGroups: nil, controller: -1,
        isLockedDown: false)
      change(&facts)
      return facts
    }
    let outcome = load(
      [ProgramSpec("call", [good])], facts([.sysAdmin]) { $0.isInUserNamespace = true })
    #expect(outcome.states[0].reason.contains("user namespace"))
    #expect(outcome.states[0].remedy.contains("host's"))
    #expect(facts([.sysAdmin, .sysPtrace]) { _ in }.shortfalls.isEmpty)
    #expect(
      facts([.sysAdmin]) { _ in }.shortfalls.map(\.reason).joined().contains("CAP_SYS_PTRACE"))
    #expect(
      facts([.sysPtrace]) { $0.isInProcessNamespace = true }.shortfalls.map(\.remedy).joined()
        .contains("--pid=host"))
  }

  @Test("a refusal of every program is told as one of bpf(2), of one program as its own")
  func namesRefusals() {
    let trivial = "libbpf: Error in bpf_object__probe_loading(): Couldn't load trivial BPF program."
    for code in [EPERM, EACCES, ENOSYS] {
      let all = ProgramChoice.obstacle(BPFError("load it", code: code, log: trivial))
      #expect(all.reason.hasPrefix("the kernel refuses bpf(2): "))
      #expect(all.remedy.contains("seccomp"))
    }
    let one = ProgramChoice.obstacle(BPFError("load it", code: EPERM, log: "prog 'x': failed"))
    #expect(one.reason.contains("prog 'x'") && one.remedy.isEmpty)
    let other = ProgramChoice.obstacle(BPFError("load it", code: EINVAL, log: trivial))
    #expect(other.remedy.isEmpty)
  }
}
