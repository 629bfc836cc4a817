internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import Identity

/// Writes what happened to processes as the fields of OTLP log records.
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

  /// How serious a record is, as OTLP counts.
  enum Severity: UInt64 {
    case information = 9
    case warning = 13

    var text: StaticString { self == .information ? "INFO" : "WARN" }
  }

  let settings: Settings
  let boot: BootClock
  let ids: ExecID
  /// The bytes of a page of memory.
  let pageSize: UInt64
  /// The moment at which records are read, in nanoseconds since 1970.
  var observed: UInt64 = 0
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

  /// Begins a record that happened so long after boot.
  func appendStart(
    _ time: UInt64, _ severity: Severity, _ name: StaticString, to buffer: inout ByteBuffer
  ) {
    let unix = boot.unixNanoseconds(sinceBoot: time)
    buffer.append(1 << 3 | 1)
    buffer.appendFixed64(unix)
    buffer.append(11 << 3 | 1)
    buffer.appendFixed64(max(unix, observed))
    buffer.appendField(2, varint: severity.rawValue)
    appendText(3, severity.text, to: &buffer)
    appendText(12, name, to: &buffer)
  }

  /// Writes the body, a text that `text` appends.
  func appendBody(
    expecting count: Int, to buffer: inout ByteBuffer, _ text: (inout ByteBuffer) -> Void
  ) {
    buffer.append(5 << 3 | 2)
    let value = buffer.openLength(expecting: count)
    buffer.append(1 << 3 | 2)
    let mark = buffer.openLength(expecting: count)
    text(&buffer)
    buffer.closeLength(mark, expecting: count)
    buffer.closeLength(value, expecting: count)
  }

  /// Writes which process it is: its numbers, when it was created, and its parent.
  mutating func appendIdentity(
    _ key: ProcessKey, inner: UInt32, parent: UInt32, to buffer: inout ByteBuffer
  ) {
    ProcessAttributes.append("process.pid", UInt64(key.pid), to: &buffer)
    if inner != key.pid { ProcessAttributes.append("process.vpid", UInt64(inner), to: &buffer) }
    ProcessAttributes.append("process.parent_pid", UInt64(parent), to: &buffer)
    append(time: "process.creation.time", boot.creationTime(of: key), to: &buffer)
  }

  /// Writes a moment.
  mutating func append(time key: StaticString, _ time: WallTime, to buffer: inout ByteBuffer) {
    ProcessAttributes.append(short: key, to: &buffer) { times.append(time, to: &$0) }
  }

  /// Writes the id of an image.
  func append(
    id attribute: StaticString, _ key: ProcessKey, _ sequence: UInt32, to buffer: inout ByteBuffer
  ) {
    ProcessAttributes.append(short: attribute, to: &buffer) {
      ids.append(key, sequence: sequence, to: &$0)
    }
  }

  /// Writes the executable's name and path, as far as they are known.
  func appendExecutable(name: Span<UInt8>, path: Span<UInt8>, to buffer: inout ByteBuffer) {
    if !name.isEmpty { ProcessAttributes.append("process.executable.name", name, to: &buffer) }
    if !path.isEmpty { ProcessAttributes.append("process.executable.path", path, to: &buffer) }
  }

  /// Writes the user whose rights the process has.
  func appendUser(_ user: UInt32, _ table: ProcessTable, to buffer: inout ByteBuffer) {
    ProcessAttributes.append("process.user.id", UInt64(user), to: &buffer)
    guard let name = table.userName(of: user) else { return }
    ProcessAttributes.append("process.user.name", name.span, to: &buffer)
    ProcessAttributes.append("process.owner", name.span, to: &buffer)
  }

  /// Writes the control group's path, where it is known.
  func appendCgroup(_ entry: ProcessEntry, _ table: ProcessTable, to buffer: inout ByteBuffer) {
    guard let group = table.cgroup(of: entry) else { return }
    ProcessAttributes.append("process.linux.cgroup", group.path.utf8Span.span, to: &buffer)
  }

  private func appendText(_ number: Int, _ text: StaticString, to buffer: inout ByteBuffer) {
    buffer.appendTag(number, .length)
    buffer.append(UInt8(text.utf8CodeUnitCount))
    buffer.append(text)
  }
}

extension ByteBuffer {
  /// Appends a text; what is not UTF-8 in it becomes U+FFFD.
  mutating func appendPlain(_ text: Span<UInt8>) {
    if text.isPlainText { append(text) } else { append(String(copying: text)) }
  }
}
