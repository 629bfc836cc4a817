internal import EBPF

/// What a capability wants done by one program: the ways to do it, best first.
struct ProgramSpec: Sendable {
  /// One way: a program and its hook.
  struct Variant: Sendable {
    /// The program's name in the object.
    let program: String
    /// Where it is attached.
    let hook: ProbeHook
  }

  /// The name of the duty in the report, such as `exec`.
  let name: String
  /// The program's number in `outcomes`, its capability's base included; nil where it counts nothing there.
  let number: Int?
  /// Whether it hands over records, not only sums that are kept in maps.
  let makesRecords: Bool
  /// Whether the capability makes no sense without.
  let isNeeded: Bool
  /// Whether other programs tell of what this one was left out for, so that it is no loss.
  let isMadeUpFor: Bool
  /// The ways to do it in the order in which they are tried; all but one are never loaded.
  let variants: [Variant]

  /// A duty of these parts.
  init(
    _ name: String, number: Int? = nil, makesRecords: Bool = true, isNeeded: Bool = false,
    isMadeUpFor: Bool = false, _ variants: [Variant]
  ) {
    self.name = name
    self.number = number
    self.makesRecords = makesRecords
    self.isNeeded = isNeeded
    self.isMadeUpFor = isMadeUpFor
    self.variants = variants
  }

  /// A duty that one program can do.
  init(
    _ name: String, number: Int? = nil, makesRecords: Bool = true, isNeeded: Bool = false,
    isMadeUpFor: Bool = false, _ program: String, _ hook: ProbeHook
  ) {
    self.init(
      name, number: number, makesRecords: makesRecords, isNeeded: isNeeded,
      isMadeUpFor: isMadeUpFor, [Variant(program: program, hook: hook)])
  }
}

/// Where in the kernel a program runs.
enum ProbeHook: Sendable, Equatable {
  /// A tracepoint with typed arguments (`SEC("tp_btf/...")`), where the kernel passes this many.
  case tracepoint(String, arguments: Int? = nil)
  /// Runs when user space walks (`SEC("iter/...")`); nothing is attached.
  case iterator(String)
  /// Packets of all control groups (`SEC("cgroup_skb/...")` and the like), at the root of version 2.
  case controlGroup(String)
  /// Loaded only; the capability runs or attaches it by itself.
  case manual(String)

  /// The hook in the report, such as `tp_btf/sched_process_exec`.
  var name: String {
    switch self {
    case .tracepoint(let name, _): "tp_btf/\(name)"
    case .iterator(let name): "iter/\(name)"
    case .controlGroup(let name): name
    case .manual(let name): name
    }
  }

  /// The privileges that loading and attaching it takes.
  var privileges: [Capability] {
    switch self {
    case .tracepoint, .iterator, .manual: [.bpf, .perfmon]
    case .controlGroup: [.bpf, .perfmon, .netAdmin]
    }
  }
}
