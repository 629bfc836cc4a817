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

  /// Writes a new image, or one that ran before the programs did; `hasSetting` is what `knowsSetting` returned for it.
  mutating func writeExec(
    _ record: borrowing ExecRecord, _ texts: borrowing ExecTexts, _ entry: ProcessEntry,
    hasSetting: Bool, _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let fields = record.fields
    look(atGroupOf: entry, table)
    open(record.isSnapshot ? heads.snapshot : heads.exec, at: fields.head.time, in: &logs)
    // A text that is not UTF-8 takes three times its bytes at most, and one of a list of arguments six bytes more.
    let limit =
      ProcessEventWriter.fixedByteLimit + cgroup.bytes.count
      + 3 * (3 * texts.path.count + texts.script.count + texts.directory.count)
      + 12 * texts.arguments.count
    logs.write(atMost: limit) { pen in
      pen.body(of: record, texts, hasArguments: settings.hasArguments)
      writeIdentity(entry.key, inner: fields.inner_pid, parent: fields.parent_pid, to: &pen)
      pen.image(of: record, texts)
      pen.arguments(of: record, texts.arguments, areWanted: settings.hasArguments)
      if !texts.directory.isEmpty { pen.attribute("process.working_directory", texts.directory) }
      pen.attribute("process.session_leader.pid", Int64(fields.session))
      pen.attribute("process.group_leader.pid", Int64(fields.group))
      pen.put(cgroup.bytes.span)
      write("process.exec_id", entry.key, fields.head.exec_seq, to: &pen)
    }
    if hasSetting {
      settingsKnown.append(to: &logs)
    } else {
      writeSetting(record, entry, table, to: &logs)
    }
    logs.close()
  }

  /// Whether the attributes are kept that the image has in common with a sibling that was written lately.
  mutating func knowsSetting(of record: borrowing ExecRecord) -> Bool {
    settingsKnown.find(ImageSetting(of: record, generation: generation))
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
    settingsKnown.keep(written, of: ImageSetting(of: record, generation: generation))
  }

  /// The users and what they may; those that are as one expects are left out.
  private mutating func writeRights(
    _ record: borrowing ExecRecord, _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let user = fields.effective_uid
    look(at: user, table)
    logs.attributes(self.user.bytes.span)
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

  private mutating func write(_ key: StaticString, id: UInt32, to logs: inout LogsWriter) {
    if id != ExecRecord.noID { logs.attribute(key, Int64(id)) }
  }

  /// The terminal and the namespaces.
  private mutating func writeSurroundings(_ record: borrowing ExecRecord, to logs: inout LogsWriter)
  {
    let fields = record.fields
    logs.attribute("process.interactive", fields.tty != 0)
    logs.attribute("process.namespace.pid", Int64(fields.pid_namespace))
    logs.attribute("process.namespace.mnt", Int64(fields.mount_namespace))
    logs.attribute("process.namespace.net", Int64(fields.network_namespace))
    logs.attribute("process.namespace.user", Int64(fields.user_namespace))
  }

  private mutating func writeAncestry(
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

  private mutating func writeElement(
    _ key: ProcessKey, _ sequence: UInt32, to buffer: inout ByteBuffer
  ) {
    buffer.appendTag(1, .length)
    let value = buffer.openLength()
    buffer.appendTag(1, .length)
    let text = buffer.openLength()
    ids.append(key, sequence: sequence, to: &buffer)
    buffer.closeLength(text)
    buffer.closeLength(value)
  }
}

extension RecordPen {
  /// Writes what happened in words.
  fileprivate mutating func body(
    of record: borrowing ExecRecord, _ texts: borrowing ProcessEventWriter.ExecTexts,
    hasArguments: Bool
  ) {
    let pid = UInt64(record.fields.head.pid)
    let shown = texts.path.isEmpty ? record.command : texts.path
    let arguments = hasArguments ? texts.arguments : Span()
    let isSnapshot = record.isSnapshot
    let isCut = record.hasTruncatedArguments
    body(expecting: 28 + shown.count + arguments.count) { pen in
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

  /// Writes the executable, and the script that it interprets.
  fileprivate mutating func image(
    of record: borrowing ExecRecord, _ texts: borrowing ProcessEventWriter.ExecTexts
  ) {
    let path = texts.path
    let name = path.extracting(ProcessEntry.nameRange(path))
    executable(name: name.isEmpty ? record.command : name, path: path)
    if !texts.script.isEmpty { attribute("process.script.path", texts.script) }
    let fields = record.fields
    attribute("process.executable.inode", Int64(truncatingIfNeeded: fields.inode))
    if record.isMemory {
      attribute("process.executable.in_memory", true)
    } else if record.isUnlinked {
      attribute("process.executable.deleted", true)
    }
    if fields.old_tid != fields.head.pid { attribute("thread.id", Int64(fields.old_tid)) }
  }

  /// Writes the arguments, where they are wanted, and how many there are.
  fileprivate mutating func arguments(
    of record: borrowing ExecRecord, _ arguments: Span<UInt8>, areWanted: Bool
  ) {
    if areWanted, !arguments.isEmpty { attribute("process.command_args", list: arguments) }
    guard !record.isSnapshot else { return }
    attribute("process.args_count", Int64(record.fields.args_count))
    if areWanted, record.hasTruncatedArguments { attribute("process.args_truncated", true) }
  }
}
