internal import Bytes
internal import CProbeEvents
internal import Identity
internal import Procfs

extension ProcessEventWriter {
  /// Writes a new image, or one that ran before the programs did.
  ///
  /// `path` and `arguments` are those of the record, or what /proc told of a process of the inventory; `directory` is the
  /// working directory where it is certain.
  mutating func appendExec(
    _ record: borrowing ExecRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    path: Span<UInt8>, arguments: Span<UInt8>, directory: Span<UInt8>, to buffer: inout ByteBuffer
  ) {
    let head = record.fields.head
    let isSnapshot = record.isSnapshot
    appendStart(
      head.time, .information, isSnapshot ? "process.snapshot" : "process.exec", to: &buffer)
    let hasArguments = settings.hasArguments && !arguments.isEmpty
    appendBody(expecting: 48 + path.count + arguments.count, to: &buffer) { buffer in
      buffer.append("pid ")
      buffer.appendDecimal(UInt64(head.pid))
      buffer.append(isSnapshot ? " runs " : " executes ")
      buffer.appendPlain(path.isEmpty ? record.command : path)
      guard hasArguments else { return }
      buffer.append(": ")
      buffer.appendLine(arguments)
      if record.hasTruncatedArguments && !isSnapshot { buffer.append(" ...") }
    }
    let key = entry.key
    appendIdentity(
      key, inner: record.fields.inner_pid, parent: record.fields.parent_pid, to: &buffer)
    appendImage(record, path: path, to: &buffer)
    if hasArguments { append(arguments: arguments, to: &buffer) }
    if !isSnapshot {
      ProcessAttributes.append("process.args_count", UInt64(record.fields.args_count), to: &buffer)
      if record.hasTruncatedArguments {
        ProcessAttributes.append("process.args_truncated", true, to: &buffer)
      }
    }
    if !directory.isEmpty {
      ProcessAttributes.append("process.working_directory", directory, to: &buffer)
    }
    appendRights(record, table, to: &buffer)
    appendSurroundings(record, to: &buffer)
    appendCgroup(entry, table, to: &buffer)
    appendAncestry(record, entry, table, to: &buffer)
  }

  /// The executable, and the script that it interprets.
  private func appendImage(
    _ record: borrowing ExecRecord, path: Span<UInt8>, to buffer: inout ByteBuffer
  ) {
    let name = record.isMemory ? record.command : path.lastPathPart
    appendExecutable(name: name.isEmpty ? record.command : name, path: path, to: &buffer)
    if !record.script.isEmpty {
      ProcessAttributes.append("process.script.path", record.script, to: &buffer)
    }
    ProcessAttributes.append("process.executable.inode", record.fields.inode, to: &buffer)
    if record.isMemory {
      ProcessAttributes.append("process.executable.in_memory", true, to: &buffer)
    } else if record.isUnlinked {
      ProcessAttributes.append("process.executable.deleted", true, to: &buffer)
    }
    let fields = record.fields
    if fields.old_tid != fields.head.pid {
      ProcessAttributes.append("thread.id", UInt64(fields.old_tid), to: &buffer)
    }
  }

  private func append(arguments: Span<UInt8>, to buffer: inout ByteBuffer) {
    ProcessAttributes.appendList(
      "process.command_args", expecting: arguments.count + 16, to: &buffer
    ) { buffer in
      var start = 0
      for index in arguments.indices where arguments[index] == 0 {
        ProcessAttributes.appendElement(arguments.extracting(start..<index), to: &buffer)
        start = index + 1
      }
      if start < arguments.count {
        ProcessAttributes.appendElement(arguments.extracting(start..<arguments.count), to: &buffer)
      }
    }
  }

  /// The users and what they may; those that are as one expects are left out.
  private func appendRights(
    _ record: borrowing ExecRecord, _ table: ProcessTable, to buffer: inout ByteBuffer
  ) {
    let fields = record.fields
    let user = fields.effective_uid
    appendUser(user, table, to: &buffer)
    if fields.head.uid != user {
      ProcessAttributes.append("process.real_user.id", UInt64(fields.head.uid), to: &buffer)
      if let name = table.userName(of: fields.head.uid) {
        ProcessAttributes.append("process.real_user.name", name.span, to: &buffer)
      }
    }
    if fields.saved_uid != user {
      ProcessAttributes.append("process.saved_user.id", UInt64(fields.saved_uid), to: &buffer)
      if let name = table.userName(of: fields.saved_uid) {
        ProcessAttributes.append("process.saved_user.name", name.span, to: &buffer)
      }
    }
    ProcessAttributes.append("process.group.id", UInt64(fields.effective_gid), to: &buffer)
    if fields.login_uid != ExecRecord.noID {
      ProcessAttributes.append("process.login_user.id", UInt64(fields.login_uid), to: &buffer)
    }
    if fields.setuid != ExecRecord.noID {
      ProcessAttributes.append("process.setuid", UInt64(fields.setuid), to: &buffer)
    }
    if fields.setgid != ExecRecord.noID {
      ProcessAttributes.append("process.setgid", UInt64(fields.setgid), to: &buffer)
    }
    ProcessAttributes.append(short: "process.capabilities.effective", to: &buffer) {
      $0.appendHexadecimal(fields.capabilities)
    }
  }

  /// The session, the terminal, and the namespaces.
  private func appendSurroundings(_ record: borrowing ExecRecord, to buffer: inout ByteBuffer) {
    let fields = record.fields
    ProcessAttributes.append("process.session_leader.pid", UInt64(fields.session), to: &buffer)
    ProcessAttributes.append("process.group_leader.pid", UInt64(fields.group), to: &buffer)
    ProcessAttributes.append("process.interactive", fields.tty != 0, to: &buffer)
    ProcessAttributes.append("process.namespace.pid", UInt64(fields.pid_namespace), to: &buffer)
    ProcessAttributes.append("process.namespace.mnt", UInt64(fields.mount_namespace), to: &buffer)
    ProcessAttributes.append("process.namespace.net", UInt64(fields.network_namespace), to: &buffer)
    ProcessAttributes.append("process.namespace.user", UInt64(fields.user_namespace), to: &buffer)
  }

  private func appendAncestry(
    _ record: borrowing ExecRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to buffer: inout ByteBuffer
  ) {
    let fields = record.fields
    append(id: "process.exec_id", entry.key, fields.head.exec_seq, to: &buffer)
    guard fields.parent_pid != 0 else { return }
    let parent = ProcessKey(pid: fields.parent_pid, startNanoseconds: fields.parent_start)
    append(id: "process.parent_exec_id", parent, fields.parent_exec_seq, to: &buffer)
    let limit = settings.ancestorLimit
    guard limit > 0 else { return }
    ProcessAttributes.appendList("process.ancestors", expecting: 200, to: &buffer) { buffer in
      var count = 0
      table.forEachAncestor(of: entry) { ancestor in
        guard count < limit, let sequence = ancestor.execSequence else {
          // The list has no holes: behind the first that is not known, nothing is listed.
          count = limit
          return
        }
        count += 1
        buffer.append(1 << 3 | 2)
        let value = buffer.openLength()
        buffer.append(1 << 3 | 2)
        let text = buffer.openLength()
        ids.append(ancestor.key, sequence: sequence, to: &buffer)
        buffer.closeLength(text)
        buffer.closeLength(value)
      }
    }
  }
}

extension ByteBuffer {
  /// Appends arguments, each ended by a zero, with spaces between them; what is not UTF-8 becomes U+FFFD.
  mutating func appendLine(_ arguments: Span<UInt8>) {
    var end = arguments.count
    if end > 0, arguments[end - 1] == 0 { end -= 1 }
    let start = count
    appendPlain(arguments.extracting(0..<end))
    for index in start..<count where span[index] == 0 {
      replace(at: index, with: UInt8(ascii: " "))
    }
  }

  /// Appends the number as 16 hexadecimal digits.
  mutating func appendHexadecimal(_ number: UInt64) {
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> shift) & 0xF
      append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }
}

extension Span where Element == UInt8 {
  /// What stands behind the last slash.
  var lastPathPart: Span<UInt8> {
    @_lifetime(copy self)
    get {
      var start = count
      while start > 0, self[start - 1] != UInt8(ascii: "/") { start -= 1 }
      return extracting(start..<count)
    }
  }
}
