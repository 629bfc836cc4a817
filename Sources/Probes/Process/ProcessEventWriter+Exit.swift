internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import Identity
internal import Procfs

extension ProcessEventWriter {
  /// Writes the end of a process; `entry` is what is known of it, if anything.
  mutating func appendExit(
    _ record: borrowing ExitRecord, _ key: ProcessKey, _ entry: ProcessEntry?,
    _ table: ProcessTable, to buffer: inout ByteBuffer
  ) {
    let fields = record.fields
    let isSerious =
      record.isOutOfMemory || record.hasDumpedCore || SignalName.isFault(record.signal)
    appendStart(
      fields.head.time, isSerious ? .warning : .information, "process.exit", to: &buffer)
    let name = entry?.executableName ?? .empty
    let path = entry?.executablePath ?? .empty
    let shown = name.isEmpty ? record.command : name.span
    appendBody(expecting: 100, to: &buffer) { buffer in
      buffer.append("pid ")
      buffer.appendDecimal(UInt64(key.pid))
      buffer.append(" (")
      buffer.appendPlain(shown)
      buffer.append(")")
      ProcessEventWriter.appendReason(record, to: &buffer)
    }
    appendIdentity(key, inner: fields.inner_pid, parent: fields.parent_pid, to: &buffer)
    appendExecutable(name: shown, path: path.span, to: &buffer)
    appendEnd(record, to: &buffer)
    appendUsage(record, to: &buffer)
    appendUser(entry?.user ?? fields.head.uid, table, to: &buffer)
    if let entry { appendCgroup(entry, table, to: &buffer) }
    append(id: "process.exec_id", key, fields.head.exec_seq, to: &buffer)
  }

  /// How and when it ended.
  private mutating func appendEnd(_ record: borrowing ExitRecord, to buffer: inout ByteBuffer) {
    let time = boot.unixNanoseconds(sinceBoot: record.fields.head.time)
    let exit = WallTime(milliseconds: Int64(time / 1_000_000))
    append(time: "process.exit.time", exit, to: &buffer)
    if let code = record.code {
      ProcessAttributes.append("process.exit.code", UInt64(code), to: &buffer)
    } else {
      let signal = SignalName.text(record.signal)
      ProcessAttributes.append("process.exit.signal", signal.utf8Span.span, to: &buffer)
    }
    if record.hasDumpedCore {
      ProcessAttributes.append("process.exit.core_dumped", true, to: &buffer)
    }
    if record.isOutOfMemory {
      ProcessAttributes.append("process.exit.out_of_memory", true, to: &buffer)
    }
  }

  /// What it used in its life.
  private func appendUsage(_ record: borrowing ExitRecord, to buffer: inout ByteBuffer) {
    let fields = record.fields
    let time = record.cpuTime
    ProcessAttributes.append("process.uptime", Double(record.lifetime) / 1e9, to: &buffer)
    ProcessAttributes.append("process.cpu.user.time", Double(time.user) / 1e9, to: &buffer)
    ProcessAttributes.append("process.cpu.system.time", Double(time.system) / 1e9, to: &buffer)
    let (peak, isTooMuch) = fields.peak_pages.multipliedReportingOverflow(by: pageSize)
    if !isTooMuch { ProcessAttributes.append("process.memory.peak", peak, to: &buffer) }
    ProcessAttributes.append("process.faults.minor", fields.minor_faults, to: &buffer)
    ProcessAttributes.append("process.faults.major", fields.major_faults, to: &buffer)
  }

  private static func appendReason(_ record: borrowing ExitRecord, to buffer: inout ByteBuffer) {
    if let code = record.code {
      buffer.append(" exited with code ")
      buffer.appendDecimal(UInt64(code))
    } else {
      buffer.append(" was ended by ")
      buffer.append(SignalName.text(record.signal))
    }
    if record.hasDumpedCore { buffer.append(", core dumped") }
    if record.isOutOfMemory { buffer.append(", out of memory") }
  }

  /// Writes the birth of a process, which runs its parent's program.
  mutating func appendFork(
    _ record: borrowing ForkRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to buffer: inout ByteBuffer
  ) {
    let fields = record.fields
    appendStart(fields.head.time, .information, "process.fork", to: &buffer)
    let name = entry.executableName
    let shown = name.isEmpty ? record.command : name.span
    appendBody(expecting: 100, to: &buffer) { buffer in
      buffer.append("pid ")
      buffer.appendDecimal(UInt64(fields.parent_pid))
      buffer.append(" (")
      buffer.appendPlain(shown)
      buffer.append(") made pid ")
      buffer.appendDecimal(UInt64(fields.head.pid))
    }
    appendIdentity(
      entry.key, inner: fields.inner_pid, parent: fields.parent_pid, to: &buffer)
    appendExecutable(name: shown, path: entry.executablePath.span, to: &buffer)
    appendUser(entry.user ?? fields.head.uid, table, to: &buffer)
    appendCgroup(entry, table, to: &buffer)
    append(id: "process.exec_id", entry.key, fields.head.exec_seq, to: &buffer)
    let parent = ProcessKey(pid: fields.parent_pid, startNanoseconds: fields.parent_start)
    append(id: "process.parent_exec_id", parent, fields.head.exec_seq, to: &buffer)
  }
}
