internal import Bytes
internal import CProbeEvents
internal import Identity
internal import Procfs
internal import Telemetry

extension ProcessEventWriter {
  /// What the record itself does not hold, or only in part.
  struct ExecTexts: ~Escapable {
    /// The executable's path.
    var path: Span<UInt8>
    /// The script's path where the executable is its interpreter; else empty.
    var script: Span<UInt8>
    /// The arguments, each ended by a zero.
    var arguments: Span<UInt8>
    /// The working directory; empty where it is not certain.
    var directory: Span<UInt8>

    /// These texts.
    @_lifetime(copy path, copy script, copy arguments, copy directory)
    init(
      path: Span<UInt8>, script: Span<UInt8>, arguments: Span<UInt8>, directory: Span<UInt8>
    ) {
      self.path = path
      self.script = script
      self.arguments = arguments
      self.directory = directory
    }
  }

  /// Writes a new image, or one that ran before the programs did; `setting` is what `findSetting` returned for it.
  mutating func writeExec(
    _ record: borrowing ExecRecord, _ texts: borrowing ExecTexts, _ entry: ProcessEntry,
    _ setting: ByteSlice?, _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let group = cgroupAttribute(entry, table)
    open(record.isSnapshot ? heads.snapshot : heads.exec, at: fields.head.time, in: &logs)
    // A text that is not UTF-8 takes three times its bytes at most, and one of a list of arguments six bytes more.
    let limit =
      ProcessEventWriter.fixedByteLimit + group.count
      + 3 * (3 * texts.path.count + texts.script.count + texts.directory.count)
      + 12 * texts.arguments.count
    logs.write(atMost: limit) { pen in
      writeBody(record, texts, to: &pen)
      writeIdentity(entry.key, inner: fields.inner_pid, parent: fields.parent_pid, to: &pen)
      writeImage(record, texts, to: &pen)
      writeArguments(record, texts.arguments, to: &pen)
      if !texts.directory.isEmpty { pen.attribute("process.working_directory", texts.directory) }
      pen.attribute("process.session_leader.pid", Int64(fields.session))
      pen.attribute("process.group_leader.pid", Int64(fields.group))
      pen.put(group.span)
      write("process.exec_id", entry.key, fields.head.exec_seq, to: &pen)
    }
    if let setting {
      logs.append { $0.append(setting) }
    } else {
      writeSetting(record, entry, table, to: &logs)
    }
    logs.close()
  }

  /// The encoded attributes that the image has in common with a sibling that was written lately; nil where none was.
  func findSetting(of record: borrowing ExecRecord) -> ByteSlice? {
    settingsKnown.find(ImageSetting(record.fields, generation: generation))
  }

  /// What siblings have in common, encoded once for them.
  private mutating func writeSetting(
    _ record: borrowing ExecRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to logs: inout LogsWriter
  ) {
    var start = 0
    logs.append { start = $0.count }
    writeRights(record, table, to: &logs)
    writeSurroundings(record, to: &logs)
    writeAncestry(record, entry, table, to: &logs)
    var written = ByteSlice.empty
    logs.append { written = ByteSlice(copying: $0.span.extracting(start..<$0.count)) }
    settingsKnown.keep(written, of: ImageSetting(record.fields, generation: generation))
  }

  private func writeBody(
    _ record: borrowing ExecRecord, _ texts: borrowing ExecTexts, to pen: inout RecordPen
  ) {
    let pid = UInt64(record.fields.head.pid)
    let shown = texts.path.isEmpty ? record.command : texts.path
    let arguments = settings.hasArguments ? texts.arguments : Span()
    let isSnapshot = record.isSnapshot
    let isCut = record.hasTruncatedArguments
    pen.body(expecting: 28 + shown.count + arguments.count) { pen in
      pen.put("pid ")
      pen.put(decimal: pid)
      if isSnapshot { pen.put(" runs ") } else { pen.put(" executes ") }
      pen.put(text: shown)
      guard !arguments.isEmpty else { return }
      pen.put(": ")
      pen.put(line: arguments)
      if isCut { pen.put(" ...") }
    }
  }

  /// The executable, and the script that it interprets.
  private func writeImage(
    _ record: borrowing ExecRecord, _ texts: borrowing ExecTexts, to pen: inout RecordPen
  ) {
    let path = texts.path
    let name = path.extracting(ProcessEntry.nameRange(path))
    writeExecutable(name: name.isEmpty ? record.command : name, path: path, to: &pen)
    if !texts.script.isEmpty { pen.attribute("process.script.path", texts.script) }
    let fields = record.fields
    pen.attribute("process.executable.inode", Int64(truncatingIfNeeded: fields.inode))
    if record.isMemory {
      pen.attribute("process.executable.in_memory", true)
    } else if record.isUnlinked {
      pen.attribute("process.executable.deleted", true)
    }
    if fields.old_tid != fields.head.pid { pen.attribute("thread.id", Int64(fields.old_tid)) }
  }

  private func writeArguments(
    _ record: borrowing ExecRecord, _ arguments: Span<UInt8>, to pen: inout RecordPen
  ) {
    if settings.hasArguments, !arguments.isEmpty {
      pen.attribute("process.command_args", list: arguments)
    }
    guard !record.isSnapshot else { return }
    pen.attribute("process.args_count", Int64(record.fields.args_count))
    if settings.hasArguments, record.hasTruncatedArguments {
      pen.attribute("process.args_truncated", true)
    }
  }

  /// The users and what they may; those that are as one expects are left out.
  private mutating func writeRights(
    _ record: borrowing ExecRecord, _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let user = fields.effective_uid
    let attributes = userAttributes(user, table)
    logs.append { $0.append(attributes) }
    if fields.head.uid != user {
      logs.attribute("process.real_user.id", Int64(fields.head.uid))
      if let name = table.userName(of: fields.head.uid) {
        logs.attribute("process.real_user.name", name.span)
      }
    }
    if fields.saved_uid != user {
      logs.attribute("process.saved_user.id", Int64(fields.saved_uid))
      if let name = table.userName(of: fields.saved_uid) {
        logs.attribute("process.saved_user.name", name.span)
      }
    }
    logs.attribute("process.group.id", Int64(fields.effective_gid))
    write("process.login_user.id", id: fields.login_uid, to: &logs)
    write("process.setuid", id: fields.setuid, to: &logs)
    write("process.setgid", id: fields.setgid, to: &logs)
    let capabilities = fields.capabilities
    logs.attribute("process.capabilities.effective") { $0.appendHexadecimal(capabilities) }
  }

  private func write(_ key: StaticString, id: UInt32, to logs: inout LogsWriter) {
    if id != ExecRecord.noID { logs.attribute(key, Int64(id)) }
  }

  /// The terminal and the namespaces.
  private func writeSurroundings(_ record: borrowing ExecRecord, to logs: inout LogsWriter) {
    let fields = record.fields
    logs.attribute("process.interactive", fields.tty != 0)
    logs.attribute("process.namespace.pid", Int64(fields.pid_namespace))
    logs.attribute("process.namespace.mnt", Int64(fields.mount_namespace))
    logs.attribute("process.namespace.net", Int64(fields.network_namespace))
    logs.attribute("process.namespace.user", Int64(fields.user_namespace))
  }

  private func writeAncestry(
    _ record: borrowing ExecRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to logs: inout LogsWriter
  ) {
    let fields = record.fields
    guard fields.parent_pid != 0 else { return }
    let parent = ProcessKey(pid: fields.parent_pid, startNanoseconds: fields.parent_start)
    logs.attribute("process.parent_exec_id") {
      ids.append(parent, sequence: fields.parent_exec_seq, to: &$0)
    }
    var left = settings.ancestorLimit
    guard left > 0 else { return }
    logs.array("process.ancestors", expecting: 200) { buffer in
      table.forEachAncestor(of: entry) { ancestor in
        guard left > 0, let sequence = ancestor.execSequence else {
          // The list has no holes: behind the first that is not known, nothing is listed.
          left = 0
          return
        }
        left -= 1
        writeElement(ancestor.key, sequence, to: &buffer)
      }
    }
  }

  private func writeElement(_ key: ProcessKey, _ sequence: UInt32, to buffer: inout ByteBuffer) {
    buffer.appendTag(1, .length)
    let value = buffer.openLength()
    buffer.appendTag(1, .length)
    let text = buffer.openLength()
    ids.append(key, sequence: sequence, to: &buffer)
    buffer.closeLength(text)
    buffer.closeLength(value)
  }
}
