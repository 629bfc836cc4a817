internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import EBPF
internal import Glibc
internal import Identity
internal import Telemetry

/// Tells of processes' images, ends and births, and keeps the table of processes that the other capabilities ask.
final class ProcessCapability: ProbeCapability {
  static let scope: StaticString = "swiftlet/ebpf/process"

  let name = "process"
  let programBase = Int(PROBE_PROCESS_BASE.rawValue)
  var object: EmbeddedProbe { .process }
  let config: ProcessConfig
  /// What is told of processes at the moment; nil before the start.
  ///
  /// Confined to the receiver's queue, and what is called does not come back: not checked for exclusive access.
  @safe @exclusivity(unchecked) private var work: ProcessWork?
  private var roundsToMetrics = 1

  /// Metrics are written in one of so many rounds.
  private static let metricsEvery = 15

  /// A capability with these options.
  init(_ config: ProcessConfig) {
    self.config = config
  }

  /// Processes that ended are forgotten on time.
  var interval: Duration { .seconds(1) }

  var programs: [ProgramSpec] {
    var specs = [
      ProgramSpec(
        "exec", number: Int(PROCESS_ON_EXEC.rawValue), isNeeded: true, "on_sched_process_exec",
        .tracepoint("sched_process_exec", arguments: 3)),
      ProgramSpec(
        "exit", number: Int(PROCESS_ON_EXIT.rawValue),
        [
          .init(
            program: "on_sched_process_exit_dead",
            hook: .tracepoint("sched_process_exit", arguments: 2)),
          .init(
            program: "on_sched_process_exit_live",
            hook: .tracepoint("sched_process_exit", arguments: 1)),
        ]),
      ProgramSpec(
        "cgroup_mkdir", number: Int(PROCESS_ON_CGROUP_MKDIR.rawValue), "on_cgroup_mkdir",
        .tracepoint("cgroup_mkdir", arguments: 2)),
      ProgramSpec(
        "cgroup_rmdir", number: Int(PROCESS_ON_CGROUP_RMDIR.rawValue), "on_cgroup_rmdir",
        .tracepoint("cgroup_rmdir", arguments: 2)),
      ProgramSpec("inventory", "each_process", .iterator("task")),
    ]
    if config.fork {
      specs.append(
        ProgramSpec(
          "fork", number: Int(PROCESS_ON_FORK.rawValue), "on_sched_process_fork",
          .tracepoint("sched_process_fork", arguments: 2)))
    }
    return specs
  }

  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError) {
    // What is not told is not copied either.
    try object.set("args_limit", to: UInt32(config.arguments ? config.argumentsLimit : 0))
    try object.set("directory_wanted", to: UInt8(config.workingDirectory ? 1 : 0))
  }

  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError) {
    work = ProcessWork(config, context.processes, boot: context.clock, context.metrics)
    context.processes.cgroups.walk()
    guard let inventory = try loaded.iterator("inventory") else { return }
    // Records are copied: the iterator's buffer and the output cannot be borrowed by one closure.
    var records: [ByteSlice] = []
    try inventory.forEach { records.append(ByteSlice(copying: $0)) }
    // Parents are known before their children are told of.
    for record in records { work?.noteSnapshot(record.span) }
    for record in records { work?.noteParent(ofSnapshot: record.span) }
    guard config.snapshot else { return }
    for record in records { work?.tellSnapshot(record.span, &output) }
  }

  func foresee(_ record: Span<UInt8>, _ head: ProbeHead) {
    if UInt32(head.type) == PROCESS_EXIT.rawValue {
      work?.foreseeExit(ProcessKey(pid: head.pid, startNanoseconds: head.start))
    }
  }

  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    switch UInt32(head.type) {
    case PROCESS_EXEC.rawValue: return work?.takeExec(record, &output) ?? true
    case PROCESS_EXIT.rawValue: return work?.takeExit(record, &output) ?? true
    case PROCESS_FORK.rawValue: return work?.takeFork(record, &output) ?? true
    case PROCESS_CGROUP.rawValue: return work?.takeCgroup(record) ?? true
    default: return false
    }
  }

  func collect(_ output: inout ProbeOutput) throws(BPFError) {
    roundsToMetrics -= 1
    guard config.metrics, roundsToMetrics <= 0 else { return }
    roundsToMetrics = ProcessCapability.metricsEvery
    work?.writeMetrics(hasForks: config.fork, &output)
  }
}
