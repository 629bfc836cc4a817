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

  let settings: Settings
  let boot: BootClock
  let ids: ExecID
  /// The bytes of a page of memory.
  let pageSize: UInt64
  /// The moment at which records are read, in nanoseconds since 1970.
  var observed: UInt64 = 0
  /// Changes when an ancestor may have another image than before.
  var generation: UInt64 = 0
  var settingsKnown = KnownSettings()
  private var times = TimestampText()

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
  func open(
    _ event: StaticString, at time: UInt64, _ severity: LogSeverity = .info,
    in logs: inout LogsWriter
  ) {
    logs.open(
      event: event, time: boot.unixNanoseconds(sinceBoot: time), observed: observed,
      severity: severity)
  }

  /// Writes which process it is: its numbers, when it was created, and its parent's number.
  mutating func writeIdentity(
    _ key: ProcessKey, inner: UInt32, parent: UInt32, to logs: inout LogsWriter
  ) {
    logs.attribute("process.pid", Int64(key.pid))
    if inner != key.pid { logs.attribute("process.vpid", Int64(inner)) }
    logs.attribute("process.parent_pid", Int64(parent))
    write("process.creation.time", boot.creationTime(of: key), to: &logs)
  }

  /// Writes a moment.
  mutating func write(_ key: StaticString, _ time: WallTime, to logs: inout LogsWriter) {
    logs.attribute(key) { times.append(time, to: &$0) }
  }

  /// Writes the id of an image.
  func write(
    _ attribute: StaticString, _ key: ProcessKey, _ sequence: UInt32, to logs: inout LogsWriter
  ) {
    logs.attribute(attribute) { ids.append(key, sequence: sequence, to: &$0) }
  }

  /// Writes the executable's name and path, as far as they are known.
  func writeExecutable(name: Span<UInt8>, path: Span<UInt8>, to logs: inout LogsWriter) {
    if !name.isEmpty { logs.attribute("process.executable.name", name) }
    if !path.isEmpty { logs.attribute("process.executable.path", path) }
  }

  /// Writes the user whose rights the process has.
  func writeUser(_ user: UInt32, _ table: ProcessTable, to logs: inout LogsWriter) {
    logs.attribute("process.user.id", Int64(user))
    guard let name = table.userName(of: user) else { return }
    logs.attribute("process.user.name", name.span)
    logs.attribute("process.owner", name.span)
  }

  /// Writes the control group's path, where it is known.
  func writeCgroup(_ entry: ProcessEntry, _ table: ProcessTable, to logs: inout LogsWriter) {
    guard let group = table.cgroup(of: entry) else { return }
    logs.attribute("process.linux.cgroup", group.path.utf8Span.span)
  }
}
