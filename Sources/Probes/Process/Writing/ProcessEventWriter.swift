internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import Identity
internal import Telemetry

/// Writes what happened to processes as OTLP log records.
///
/// One writer for one queue: it keeps what it has made into text. Methods are mutating also where they change nothing: for one that
/// is not the compiler copies the whole writer, 350 bytes.
struct ProcessEventWriter: ~Copyable {
  /// What the records carry beside what costs nothing.
  struct Settings: Sendable {
    /// Whether arguments are written, which can hold secrets.
    var hasArguments = true
    /// The most ancestors of an image that are listed.
    var ancestorLimit = 8

    /// The defaults.
    init() {}
  }

  /// What the records begin with.
  struct Heads {
    let exec = RecordHead(event: "process.exec")
    let snapshot = RecordHead(event: "process.snapshot")
    let fork = RecordHead(event: "process.fork")
    let exit = RecordHead(event: "process.exit")
    let fault = RecordHead(event: "process.exit", severity: .warn)
  }

  let heads = Heads()
  let settings: Settings
  let boot: BootClock
  let ids: ExecID
  /// The bytes of a page of memory.
  let pageSize: UInt64
  /// The moment at which records are read, in nanoseconds since 1970.
  var observed: UInt64 = 0
  /// The most bytes of what a record has beside its texts: attributes of numbers, times and ids, with their keys.
  static let fixedByteLimit = 3072
  /// Changes when an ancestor may have another image than before.
  var generation: UInt64 = 0
  var settingsKnown = KnownSettings()
  var times = TimestampText()
  var draft = RecordDraft()
  var execs = RecordTemplates<ExecShape>()
  var exits = RecordTemplates<ExitShape>()
  /// The user and the control group that were looked at last, which most processes share with the one before.
  private(set) var user = KnownAttributes()
  private(set) var cgroup = KnownAttributes()

  /// A writer whose times count from `boot`.
  init(
    _ settings: Settings = Settings(), boot: BootClock = .current, ids: ExecID = ExecID(),
    pageSize: UInt64 = 4096
  ) {
    self.settings = settings
    self.boot = boot
    self.ids = ids
    self.pageSize = pageSize
  }

  /// Has the draft have the numbers of a record of this process.
  mutating func number(
    _ head: probe_head, _ key: ProcessKey, inner: UInt32, parent: UInt32
  ) {
    draft.numbers[.time] = boot.unixNanoseconds(sinceBoot: head.time)
    draft.numbers[.observed] = observed
    draft.numbers[.pid] = UInt64(key.pid)
    draft.numbers[.inner] = UInt64(inner)
    draft.numbers[.parent] = UInt64(parent)
    draft.numbers[.created] = UInt64(bitPattern: boot.creationTime(of: key).milliseconds)
    draft.numbers[.ticks] = key.startTicks
    draft.numbers[.sequence] = UInt64(head.exec_seq)
  }

  /// Begins the record.
  mutating func open(_ head: RecordHead, in logs: inout LogsWriter) {
    let start = logs.byteCount
    logs.open(head, time: draft.numbers[.time], observed: draft.numbers[.observed])
    draft.begin(head, headStart: logs.byteCount - head.byteCount - start)
  }

  /// Writes which process it is: its numbers, when it was created, and its parent's number.
  @inline(__always)
  mutating func writeIdentity(hasInner: Bool, to pen: inout RecordPen) {
    draft.attribute("process.pid", .pid, to: &pen)
    if hasInner { draft.attribute("process.vpid", .inner, to: &pen) }
    draft.attribute("process.parent_pid", .parent, to: &pen)
    draft.attribute("process.creation.time", moment: .created, &times, to: &pen)
  }

  /// Writes the id of the process's image.
  @inline(__always)
  mutating func writeExecID(to pen: inout RecordPen) {
    pen.openExecID(
      "process.exec_id", ids, draft.numbers[.pid], draft.numbers[.ticks], draft.numbers[.sequence])
    draft.decimal(.pid, to: &pen)
    pen.put("-")
    draft.decimal(.ticks, to: &pen)
    pen.put("-")
    draft.decimal(.sequence, to: &pen)
  }

  /// Looks at the user whose rights a process has: `user` is what is told of that one then.
  mutating func look(at number: UInt32, _ table: ProcessTable) {
    if user.number == UInt64(number) { return }
    var buffer = ByteBuffer()
    let field = LogsWriter.attributesField
    buffer.appendAttribute("process.user.id", Int64(number), as: field)
    if let name = table.userName(of: number) {
      buffer.appendAttribute("process.user.name", name.span, as: field)
      buffer.appendAttribute("process.owner", name.span, as: field)
    }
    user = KnownAttributes(number: UInt64(number), bytes: buffer.takeSlice())
  }

  /// Looks at a process's control group: `cgroup` is the attribute with its path then, empty where that is not known.
  mutating func look(atGroupOf entry: ProcessEntry, _ table: ProcessTable) {
    let id = entry.cgroupID
    if id != 0, cgroup.number == id { return }
    guard let group = table.cgroup(of: entry) else { return cgroup = KnownAttributes() }
    var buffer = ByteBuffer()
    buffer.appendAttribute(
      "process.linux.cgroup", group.path.utf8Span.span, as: LogsWriter.attributesField)
    cgroup = KnownAttributes(number: id == 0 ? nil : id, bytes: buffer.takeSlice())
  }

  /// Forgets the control group that was looked at last: what is known of some has changed.
  mutating func forgetGroup() {
    cgroup = KnownAttributes()
    execs.removeAll()
    exits.removeAll()
  }
}

/// The encoded attributes of what a number stands for.
struct KnownAttributes {
  /// The number; nil where the attributes are of no use for another process.
  var number: UInt64?
  var bytes = ByteSlice.empty
}
