internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import Glibc
internal import Identity
internal import Procfs
internal import Queues
internal import Telemetry

/// Takes the records of processes: into the table, and as log records to the output.
///
/// A value, so that a record is one access of all that it needs. Methods are mutating also where they change nothing: for one that
/// is not the compiler copies all of it, 730 bytes.
struct ProcessWork: ~Copyable {
  let config: ProcessConfig
  let table: ProcessTable
  private var writer: ProcessEventWriter
  var files = ProcessFiles()
  var directories = WorkingDirectories()
  private var ending = EndingProcesses()
  var texts = KnownTexts()
  var programs = KnownPrograms()
  private var kinds = KnownKinds()
  private let filtered: Counter
  private var counts = ProcessCounts()
  /// The resource and the selection of the record that was written last.
  private var selected: (resource: ProcessResource?, selection: Int) = (nil, 0)
  /// The round's moment, by the time that its records carry: asked for once.
  private var round = (observed: UInt64.max, time: MonotonicTime(nanoseconds: 0))

  /// Work with these options that fills `table`.
  init(
    _ config: ProcessConfig, _ table: ProcessTable, boot: BootClock, ids: ExecID = ExecID(),
    _ metrics: MetricsScope
  ) {
    self.config = config
    self.table = table
    writer = ProcessEventWriter(
      config.writing, boot: boot, ids: ids, pageSize: UInt64(sysconf(Int32(_SC_PAGESIZE))))
    filtered = metrics.counter("swiftlet_ebpf_filtered_events")
  }

  /// Takes note of an end that is further on in the ring.
  mutating func foreseeExit(_ key: ProcessKey) { ending.insert(key) }

  /// Takes a new image; false where the record is malformed.
  mutating func takeExec(_ record: Span<UInt8>, _ output: inout ProbeOutput) -> Bool {
    guard let exec = ExecRecord(record) else { return false }
    counts.executions += 1
    let key = ProcessKey(exec.fields.head)
    // Of one that has ended there is nothing to read: asking /proc would cost more than the record.
    let isEnding = ending.contains(key)
    let directory = directory(of: exec, round: output.observed, isGone: isEnding)
    let program = program(of: exec, in: directory, round: output.observed, isGone: isEnding)
    let image = image(of: exec, program)
    let (entry, hadImage) = table.noteLiveExec(key, image)
    // One that has run a program before may have children, whose ancestor gets another image.
    if hadImage { writer.generation &+= 1 }
    // A parent whose children were told of lately is known.
    let hasSetting = writer.knowsSetting(of: exec)
    if !hasSetting { noteParent(of: exec) }
    guard config.exec, admits(entry, exec.command, user: exec.fields.effective_uid) else {
      return true
    }
    if isEnding { entry.noteGone() }
    let script = script(of: exec, in: directory)
    select(entry, image, &output)
    writer.writeExec(
      exec,
      .init(script: script, directory: directory, arguments: exec.arguments),
      entry, hasSetting: hasSetting, table, to: &output.logs)
    return true
  }

  /// Takes an end; false where the record is malformed.
  mutating func takeExit(_ record: Span<UInt8>, _ output: inout ProbeOutput) -> Bool {
    guard let exit = ExitRecord(record) else { return false }
    let key = ProcessKey(exit.fields.head)
    let known = table.find(key)
    // Kernels that do not tell which thread is the last can tell an end twice.
    if let known, known.hasExited { return true }
    counts.count(exit)
    // One that only ran its parent's image was not told of before; /proc has nothing of it any more.
    let entry = known ?? table.note(key, image(of: exit))
    table.noteExit(entry, at: moment(output.observed))
    guard config.exit, admits(entry, exit.command, user: entry.user ?? exit.fields.head.uid) else {
      return true
    }
    select(entry, &output)
    writer.writeExit(exit, key, entry, table, to: &output.logs)
    return true
  }

  /// Takes a birth; false where the record is malformed.
  mutating func takeFork(_ record: Span<UInt8>, _ output: inout ProbeOutput) -> Bool {
    guard let fork = ForkRecord(record) else { return false }
    counts.forks += 1
    let entry = table.noteFork(ProcessKey(fork.fields.head), image(of: fork))
    guard config.fork, admits(entry, fork.command, user: entry.user ?? fork.fields.head.uid) else {
      return true
    }
    select(entry, &output)
    writer.writeFork(fork, entry, table, to: &output.logs)
    return true
  }

  /// Takes a control group that was made or removed; false where the record is malformed.
  mutating func takeCgroup(_ record: Span<UInt8>) -> Bool {
    guard let cgroup = CgroupRecord(record) else { return false }
    writer.forgetGroup()
    kinds.removeAll()
    if cgroup.isRemoved {
      table.cgroups.remove(cgroup.fields.id)
    } else if !cgroup.isTruncated, !cgroup.path.isEmpty {
      table.cgroups.add(cgroup.fields.id, path: String(copying: cgroup.path))
    }
    return true
  }

  /// Takes note of a process of the inventory.
  mutating func noteSnapshot(_ record: Span<UInt8>) {
    guard let exec = ExecRecord(record) else { return }
    let path = files.executable(of: exec.fields.head.pid, inode: exec.fields.inode)
    let program = programs.program(path: path, command: exec.command, hint: exec.fields.inode)
    table.note(ProcessKey(exec.fields.head), image(of: exec, program))
  }

  /// Takes note of the parent of a process of the inventory.
  mutating func noteParent(ofSnapshot record: Span<UInt8>) {
    if let exec = ExecRecord(record) { noteParent(of: exec) }
  }

  /// Tells of a process of the inventory that was taken note of.
  mutating func tellSnapshot(_ record: Span<UInt8>, _ output: inout ProbeOutput) {
    guard let exec = ExecRecord(record), let entry = table.find(ProcessKey(exec.fields.head)),
      admits(entry, exec.command, user: exec.fields.effective_uid)
    else { return }
    let directory = directory(of: exec, round: output.observed, isGone: false)
    let arguments =
      config.arguments
      ? files.arguments(of: entry.key, limit: config.argumentsLimit) : ByteSlice.empty
    select(entry, &output)
    writer.writeExec(
      exec,
      .init(
        script: ByteSlice(copying: exec.script), directory: directory, arguments: arguments.span),
      entry, hasSetting: writer.knowsSetting(of: exec), table, to: &output.logs)
  }

  /// Writes what was counted since the start.
  mutating func writeMetrics(hasForks: Bool, _ output: inout ProbeOutput) {
    counts.write(hasForks: hasForks, to: &output.metrics)
  }

  /// Takes note of a parent that nothing has told of: some kernels' inventories leave the first process out.
  private mutating func noteParent(of exec: borrowing ExecRecord) {
    let fields = exec.fields
    guard let key = ProcessWork.parent(fields.parent_pid, fields.parent_start),
      let parent = table.look(up: key), parent.execSequence == nil
    else { return }
    var image = ProcessImage()
    image.execSequence = fields.parent_exec_seq
    table.note(key, image)
  }

  /// The moment of the round whose records carry the time `observed`.
  private mutating func moment(_ observed: UInt64) -> MonotonicTime {
    if round.observed != observed { round = (observed, table.clock.now) }
    return round.time
  }

  /// Has the next record belong to the resource of a process with a new image.
  private mutating func select(
    _ entry: ProcessEntry, _ image: ProcessImage, _ output: inout ProbeOutput
  ) {
    guard entry.isGone else { return select(entry, &output) }
    if let known = kinds.find(image) {
      table.share(known, with: entry)
      return select(entry, &output)
    }
    select(entry, &output)
    // Where the control group is not known it may be for the next one.
    if entry.cgroup != nil { kinds.keep(table.resource(of: entry), of: image) }
  }

  /// Has the next record belong to the process's resource.
  private mutating func select(_ entry: ProcessEntry, _ output: inout ProbeOutput) {
    writer.observed = output.observed
    let resource = table.resource(of: entry)
    if resource === selected.resource, output.logs.selection == selected.selection { return }
    let attributes = resource.attributes.bytes
    output.logs.select(resource: attributes.span, scope: ProcessCapability.scope)
    selected = (resource, output.logs.selection)
  }

  /// Whether the process is told of; counts it where it is not.
  private mutating func admits(_ entry: ProcessEntry, _ command: Span<UInt8>, user: UInt32) -> Bool
  {
    if config.filter.isOpen { return true }
    let path = entry.executablePath
    let name = table.userName(of: user) ?? .empty
    let cgroup = table.cgroup(of: entry)
    let cgroupPath = cgroup?.path ?? ""
    let container = cgroup?.containerID ?? ""
    let isIn = config.filter.admits(
      .init(
        executable: path.isEmpty ? command : path.span, user: user, userName: name.span,
        cgroup: cgroupPath.utf8Span.span, container: container.utf8Span.span))
    if !isIn { filtered.add() }
    return isIn
  }
}
