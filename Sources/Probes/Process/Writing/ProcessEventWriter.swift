internal import Bytes
internal import Diagnostics
internal import Identity
internal import Telemetry

/// Writes what happened to processes as OTLP log records.
///
/// One writer for one queue: it keeps what it has made into text.
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
  /// Most processes have the user and the control group of the one before.
  private var lastUser: (user: UInt32, attributes: ByteSlice)?
  private var lastCgroup: (group: Cgroup, attribute: ByteSlice)?

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
  func open(_ head: RecordHead, at time: UInt64, in logs: inout LogsWriter) {
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
  func write(
    _ attribute: StaticString, _ key: ProcessKey, _ sequence: UInt32, to pen: inout RecordPen
  ) {
    let (pid, sequence) = (UInt64(key.pid), UInt64(sequence))
    let digits =
      pid.decimalDigitCount + key.startTicks.decimalDigitCount + sequence.decimalDigitCount
    pen.open(attribute, textByteCount: ids.prefix.count + digits + 2)
    pen.put(ids.prefix.span)
    pen.put(decimal: pid)
    pen.put("-")
    pen.put(decimal: key.startTicks)
    pen.put("-")
    pen.put(decimal: sequence)
  }

  /// Writes the executable's name and path, as far as they are known.
  @inline(__always)
  func writeExecutable(name: Span<UInt8>, path: Span<UInt8>, to pen: inout RecordPen) {
    if !name.isEmpty { pen.attribute("process.executable.name", name) }
    if !path.isEmpty { pen.attribute("process.executable.path", path) }
  }

  /// The attributes of the user whose rights a process has.
  mutating func userAttributes(_ user: UInt32, _ table: ProcessTable) -> ByteSlice {
    if let known = lastUser, known.user == user { return known.attributes }
    var buffer = ByteBuffer()
    let field = LogsWriter.attributesField
    buffer.appendAttribute("process.user.id", Int64(user), as: field)
    if let name = table.userName(of: user) {
      buffer.appendAttribute("process.user.name", name.span, as: field)
      buffer.appendAttribute("process.owner", name.span, as: field)
    }
    let attributes = buffer.takeSlice()
    lastUser = (user, attributes)
    return attributes
  }

  /// The attribute that tells a control group's path; empty where the group is not known.
  mutating func cgroupAttribute(_ entry: ProcessEntry, _ table: ProcessTable) -> ByteSlice {
    guard let group = table.cgroup(of: entry) else { return .empty }
    if let known = lastCgroup, known.group === group { return known.attribute }
    var buffer = ByteBuffer()
    buffer.appendAttribute(
      "process.linux.cgroup", group.path.utf8Span.span, as: LogsWriter.attributesField)
    let attribute = buffer.takeSlice()
    lastCgroup = (group, attribute)
    return attribute
  }
}
