internal import CProbeEvents
internal import EBPF
internal import Glibc
internal import Identity
internal import Telemetry

/// How long threads wait for processors and block requests take, and whom the kernel kills for want of memory.
final class LatencyCapability: ProbeCapability {
  let name = "latency"
  let programBase = Int(PROBE_LATENCY_BASE.rawValue)
  var object: EmbeddedProbe { .latency }

  private let config: LatencyConfig
  private var runQueue = RunQueueTable()
  private var blockIO: BlockIOTable
  private var kills: OOMKills?
  private var groups: CgroupPaths?
  private var waits: BPFMap?
  private var cgroupWaits: BPFMap?
  private var requests: BPFMap?

  /// A capability with these options.
  init(_ config: LatencyConfig) {
    self.config = config
    blockIO = BlockIOTable(config)
  }

  var programs: [ProgramSpec] {
    (config.countsRunQueue ? LatencyCapability.runQueuePrograms : [])
      + (config.countsBlockIO ? LatencyCapability.blockIOPrograms : [])
      + (config.tellsOOMKills ? LatencyCapability.oomPrograms : [])
  }

  private static let runQueuePrograms = [
    ProgramSpec(
      "wakeup", "on_sched_wakeup",
      .tracepoint("sched_wakeup", arguments: 1)),
    ProgramSpec(
      "wakeup_new", "on_sched_wakeup_new",
      .tracepoint("sched_wakeup_new", arguments: 1)),
    ProgramSpec(
      "switch", number: Int(LATENCY_ON_SCHED_SWITCH.rawValue), makesRecords: false,
      [
        .init(program: "on_sched_switch", hook: .tracepoint("sched_switch", arguments: 4)),
        .init(program: "on_sched_switch3", hook: .tracepoint("sched_switch", arguments: 3)),
      ]),
  ]

  private static let blockIOPrograms = [
    ProgramSpec(
      "block_issue", number: Int(LATENCY_ON_BLOCK_RQ_ISSUE.rawValue), makesRecords: false,
      [
        .init(program: "on_block_rq_issue", hook: .tracepoint("block_rq_issue", arguments: 1)),
        .init(program: "on_block_rq_issue2", hook: .tracepoint("block_rq_issue", arguments: 2)),
      ]),
    ProgramSpec(
      "block_complete", number: Int(LATENCY_ON_BLOCK_RQ_COMPLETE.rawValue), makesRecords: false,
      "on_block_rq_complete",
      .tracepoint("block_rq_complete", arguments: 3)),
  ]

  private static let oomPrograms = [
    ProgramSpec(
      "oom", number: Int(LATENCY_ON_MARK_VICTIM.rawValue),
      [
        .init(program: "on_mark_victim", hook: .tracepoint("mark_victim", arguments: 2)),
        .init(program: "on_mark_victim1", hook: .tracepoint("mark_victim", arguments: 1)),
      ])
  ]

  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError) {
    try object.set("by_cgroup", to: UInt8(config.cgroupLimit > 0 ? 1 : 0))
    // Both maps take their memory when they are made, a histogram for each processor.
    let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_CONF)))
    let entry = processors * MemoryLayout<latency_histogram>.size
    try object.setMaximumEntries(
      "cgroup_waits", max(1, min(config.cgroupLimit, limits.entries(of: entry, share: 0.5))))
    try object.setMaximumEntries("block_io", min(1024, limits.entries(of: entry, share: 0.3)))
  }

  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError) {
    kills = OOMKills(context.processes)
    groups = context.processes.cgroups
    if loaded.does("switch") { waits = try loaded.map("run_queues") }
    if loaded.does("switch"), config.cgroupLimit > 0 {
      cgroupWaits = try loaded.map("cgroup_waits")
    }
    if loaded.does("block_complete") { requests = try loaded.map("block_io") }
  }

  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    guard let kill = OOMKillRecord(record, head) else { return false }
    kills?.take(kill, head, &output)
    return true
  }

  func collect(_ output: inout ProbeOutput) throws(BPFError) {
    kills?.writeMetrics(to: &output.metrics)
    output.metrics.select(scope: "swiftlet/ebpf/latency")
    if let waits { runQueue.write(waits, to: &output.metrics) }
    if let cgroupWaits, let groups {
      try runQueue.writeGroups(cgroupWaits, groups, to: &output.metrics)
    }
    if let requests { try blockIO.write(requests, to: &output.metrics) }
  }

  func stop(_ output: inout ProbeOutput) {
    // What was counted since the last round is told as well; a map that cannot be read now has told before.
    try? collect(&output)
  }
}
