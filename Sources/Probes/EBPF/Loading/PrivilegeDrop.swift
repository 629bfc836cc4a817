internal import EBPF

/// Gives away the privileges that attaching took, on all threads of the process.
enum PrivilegeDrop {
  /// What the collector's components need while they run: maps and iterators; /proc and files of other users;
  /// ports below 1024.
  static let needed: [Capability] = [
    .bpf, .perfmon, .sysPtrace, .dacReadSearch, .netBindService,
  ]

  /// What stays: what is needed, and `extra`.
  static func kept(besides extra: [Capability]) -> [Capability] {
    needed + extra.filter { !needed.contains($0) }
  }

  /// Drops everything but `kept`; nothing happens where there is nothing else.
  static func run(keeping kept: [Capability]) throws(BPFError) {
    let kept = CapabilitySet(kept)
    guard CapabilitySet.current.rawValue & ~kept.rawValue != 0 else { return }
    try kept.keepOnly()
  }
}
