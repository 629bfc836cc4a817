internal import Bytes
internal import CProbeEvents
internal import Identity
internal import Procfs
internal import Telemetry

extension ProcessEventWriter {
  /// What the record itself does not hold, or only in part.
  struct ExecTexts: ~Escapable {
    /// The script's path where the executable is its interpreter; else empty.
    let script: ByteSlice
    /// The working directory; empty where it is not certain.
    let directory: ByteSlice
    /// The arguments, each ended by a zero.
    let arguments: Span<UInt8>

    /// These texts.
    @_lifetime(copy arguments)
    init(script: ByteSlice, directory: ByteSlice, arguments: Span<UInt8>) {
      self.script = script
      self.directory = directory
      self.arguments = arguments
    }
  }

  /// Writes a new image, or one that ran before the programs did; `hasSetting` is what `knowsSetting` returned for it.
  mutating func writeExec(
    _ record: borrowing ExecRecord, _ texts: borrowing ExecTexts, _ entry: ProcessEntry,
    hasSetting: Bool, _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let program = entry.program
    look(atGroupOf: entry, table)
    number(record, entry.key)
    let shape = hasSetting ? shape(of: record, texts, program) : nil
    let hint = program.spread ^ texts.arguments.count
    if let shape,
      execs.write(
        shape, at: hint, draft.numbers.span, source: texts.arguments, &times, to: &logs)
    {
      return
    }
    let start = logs.byteCount
    writeWhole(record, texts, entry, hasSetting: hasSetting, table, to: &logs)
    if let shape {
      execs.keep(
        logs.bytes(from: start), of: draft, shape, at: hint, source: texts.arguments,
        .init(program: program, script: texts.script, directory: texts.directory))
    }
  }

  /// Writes the image anew, attribute by attribute, with the numbers of the draft.
  private mutating func writeWhole(
    _ record: borrowing ExecRecord, _ texts: borrowing ExecTexts, _ entry: ProcessEntry,
    hasSetting: Bool, _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let program = entry.program
    open(record.isSnapshot ? heads.snapshot : heads.exec, in: &logs)
    // A text that is not UTF-8 takes three times its bytes at most, and one of a list of arguments six bytes more.
    let limit =
      ProcessEventWriter.fixedByteLimit + cgroup.bytes.count + program.attributes.bytes.count
      + 3 * (program.path.count + texts.script.count + texts.directory.count)
      + 12 * texts.arguments.count
    logs.write(atMost: limit) { pen in
      writeBody(of: record, texts.arguments, program, to: &pen)
      writeIdentity(hasInner: record.fields.inner_pid != entry.key.pid, to: &pen)
      writeImage(of: record, texts.script, program, to: &pen)
      writeArguments(of: record, texts.arguments, to: &pen)
      pen.attribute("process.working_directory", unlessEmpty: texts.directory)
      draft.attribute("process.session_leader.pid", .session, to: &pen)
      draft.attribute("process.group_leader.pid", .group, to: &pen)
      pen.put(cgroup.bytes.span)
      writeExecID(to: &pen)
    }
    if hasSetting {
      settingsKnown.append(to: &logs)
    } else {
      writeSetting(record, entry, table, to: &logs)
    }
    logs.close()
  }

  /// Has the draft have the numbers of the image.
  private mutating func number(_ record: borrowing ExecRecord, _ key: ProcessKey) {
    let fields = record.fields
    number(fields.head, key, inner: fields.inner_pid, parent: fields.parent_pid)
    draft.numbers[.inode] = fields.inode
    draft.numbers[.thread] = UInt64(fields.old_tid)
    draft.numbers[.argumentCount] = UInt64(fields.args_count)
    draft.numbers[.session] = UInt64(fields.session)
    draft.numbers[.group] = UInt64(fields.group)
  }

  /// What the image has in common with others; nil where something in it stands for no other.
  private func shape(
    of record: borrowing ExecRecord, _ texts: borrowing ExecTexts, _ program: ProcessProgram
  ) -> ExecShape? {
    guard let cgroup = cgroup.number, !program.name.isEmpty, !record.isSnapshot else { return nil }
    return ExecShape(
      program: ObjectIdentifier(program), setting: settingsKnown.number, cgroup: cgroup,
      script: texts.script.place, directory: texts.directory.place, isUnlinked: record.isUnlinked,
      isMemory: record.isMemory,
      hasTruncatedArguments: record.hasTruncatedArguments,
      hasInner: record.fields.inner_pid != record.fields.head.pid,
      hasThread: record.fields.old_tid != record.fields.head.pid)
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

extension ProcessEventWriter {
  /// Writes what happened in words.
  @inline(__always)
  private mutating func writeBody(
    of record: borrowing ExecRecord, _ arguments: Span<UInt8>, _ program: ProcessProgram,
    to pen: inout RecordPen
  ) {
    let shown = program.path.isEmpty ? record.command.count : program.path.count
    let arguments = settings.hasArguments ? arguments : Span()
    let isSnapshot = record.isSnapshot
    let isCut = record.hasTruncatedArguments
    draft.body(expecting: 28 + shown + arguments.count, to: &pen) { draft, pen in
      pen.put("pid ")
      draft.decimal(.pid, to: &pen)
      if isSnapshot { pen.put(" runs ") } else { pen.put(" executes ") }
      let path = program.path
      pen.put(text: path.isEmpty ? record.command : path.span)
      guard !arguments.isEmpty else { return }
      pen.put(": ")
      pen.put(line: arguments)
      if isCut { pen.put(" ...") }
    }
  }

  /// Writes the executable, and the script that it interprets.
  @inline(__always)
  private mutating func writeImage(
    of record: borrowing ExecRecord, _ script: ByteSlice, _ program: ProcessProgram,
    to pen: inout RecordPen
  ) {
    pen.program(program, command: record.command)
    pen.attribute("process.script.path", unlessEmpty: script)
    draft.attribute("process.executable.inode", .inode, to: &pen)
    if record.isMemory {
      pen.attribute("process.executable.in_memory", true)
    } else if record.isUnlinked {
      pen.attribute("process.executable.deleted", true)
    }
    if record.fields.old_tid != record.fields.head.pid {
      draft.attribute("thread.id", .thread, to: &pen)
    }
  }

  /// Writes the arguments, where they are wanted, and how many there are.
  @inline(__always)
  private mutating func writeArguments(
    of record: borrowing ExecRecord, _ arguments: Span<UInt8>, to pen: inout RecordPen
  ) {
    let areWanted = settings.hasArguments
    if areWanted, !arguments.isEmpty {
      pen.attribute("process.command_args", list: arguments)
    }
    guard !record.isSnapshot else { return }
    draft.attribute("process.args_count", .argumentCount, to: &pen)
    if areWanted, record.hasTruncatedArguments { pen.attribute("process.args_truncated", true) }
  }
}
