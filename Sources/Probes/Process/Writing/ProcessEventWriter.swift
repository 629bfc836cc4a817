internal import Bytes
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
  private var times = TimestampText()
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

  /// Begins a record of what happened so long after boot.
  mutating func open(_ head: RecordHead, at time: UInt64, in logs: inout LogsWriter) {
    logs.open(head, time: boot.unixNanoseconds(sinceBoot: time), observed: observed)
  }

  /// Writes which process it is: its numbers, when it was created, and its parent's number.
  mutating func writeIdentity(
    _ key: ProcessKey, inner: UInt32, parent: UInt32, to pen: inout RecordPen
  ) {
    pen.attribute("process.pid", Int64(key.pid))
    if inner != key.pid { pen.attribute("process.vpid", Int64(inner)) }
    pen.attribute("process.parent_pid", Int64(parent))
    write("process.creation.time", boot.creationTime(of: key), to: &pen)
  }

  /// Writes a moment.
  @inline(__always)
  mutating func write(_ key: StaticString, _ time: WallTime, to pen: inout RecordPen) {
    pen.attribute(key, utf8: times.text(time))
  }

  /// Writes the id of an image.
  @inline(__always)
  mutating func write(
    _ attribute: StaticString, _ key: ProcessKey, _ sequence: UInt32, to pen: inout RecordPen
  ) {
    let (pid, sequence) = (UInt64(key.pid), UInt64(sequence))
    let counts = (
      pid.decimalDigitCount, key.startTicks.decimalDigitCount, sequence.decimalDigitCount
    )
    pen.open(
      attribute, textByteCount: ids.prefix.count + counts.0 + 1 + counts.1 + 1 + counts.2)
    pen.put(ids.prefix.span)
    pen.put(decimal: pid, digitCount: counts.0)
    pen.put("-")
    pen.put(decimal: key.startTicks, digitCount: counts.1)
    pen.put("-")
    pen.put(decimal: sequence, digitCount: counts.2)
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
  mutating func forgetGroup() { cgroup = KnownAttributes() }
}

/// The encoded attributes of what a number stands for.
struct KnownAttributes {
  /// The number; nil where the attributes are of no use for another process.
  var number: UInt64?
  var bytes = ByteSlice.empty
}

extension RecordPen {
  /// Writes the executable's name and path, as far as they are known.
  @inline(__always)
  mutating func executable(name: Span<UInt8>, path: Span<UInt8>) {
    if !name.isEmpty { attribute("process.executable.name", name) }
    if !path.isEmpty { attribute("process.executable.path", path) }
  }
}
