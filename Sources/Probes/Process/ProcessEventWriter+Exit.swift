internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import Identity
internal import Procfs
internal import Telemetry

extension ProcessEventWriter {
  /// Writes the end of a process; `entry` is what is known of it, if anything.
  mutating func writeExit(
    _ record: borrowing ExitRecord, _ key: ProcessKey, _ entry: ProcessEntry?,
    _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let name = entry?.executableName ?? .empty
    let path = entry?.executablePath ?? .empty
    let shown = name.isEmpty ? record.command : name.span
    open("process.exit", at: fields.head.time, record.isFault ? .warn : .info, in: &logs)
    writeBody(record, name: shown, to: &logs)
    writeIdentity(key, inner: fields.inner_pid, parent: fields.parent_pid, to: &logs)
    writeExecutable(name: shown, path: path.span, to: &logs)
    writeEnd(record, to: &logs)
    writeUsage(record, to: &logs)
    writeUser(entry?.user ?? fields.head.uid, table, to: &logs)
    if let entry { writeCgroup(entry, table, to: &logs) }
    write("process.exec_id", key, fields.head.exec_seq, to: &logs)
    logs.close()
  }

  private func writeBody(
    _ record: borrowing ExitRecord, name: Span<UInt8>, to logs: inout LogsWriter
  ) {
    let pid = UInt64(record.fields.head.pid)
    let (code, signal) = (record.code, record.signal)
    let (isDumped, isOutOfMemory) = (record.hasDumpedCore, record.isOutOfMemory)
    logs.body(expecting: 60) { buffer in
      buffer.append("pid ")
      buffer.appendDecimal(pid)
      buffer.append(" (")
      buffer.appendPlain(name)
      if let code {
        buffer.append(") exited with code ")
        buffer.appendDecimal(UInt64(code))
      } else {
        buffer.append(") was ended by ")
        buffer.append(SignalName.text(signal))
      }
      if isDumped { buffer.append(", core dumped") }
      if isOutOfMemory { buffer.append(", out of memory") }
    }
  }

  /// How and when it ended.
  private mutating func writeEnd(_ record: borrowing ExitRecord, to logs: inout LogsWriter) {
    let time = boot.unixNanoseconds(sinceBoot: record.fields.head.time)
    write("process.exit.time", WallTime(milliseconds: Int64(time / 1_000_000)), to: &logs)
    if let code = record.code {
      logs.attribute("process.exit.code", Int64(code))
    } else {
      logs.attribute("process.exit.signal", SignalName.text(record.signal).utf8Span.span)
    }
    if record.hasDumpedCore { logs.attribute("process.exit.core_dumped", true) }
    if record.isOutOfMemory { logs.attribute("process.exit.out_of_memory", true) }
  }

  /// What it used in its life.
  private func writeUsage(_ record: borrowing ExitRecord, to logs: inout LogsWriter) {
    let fields = record.fields
    let time = record.cpuTime
    logs.attribute("process.uptime", Double(record.lifetime) / 1e9)
    logs.attribute("process.cpu.user.time", Double(time.user) / 1e9)
    logs.attribute("process.cpu.system.time", Double(time.system) / 1e9)
    let (peak, isTooMuch) = fields.peak_pages.multipliedReportingOverflow(by: pageSize)
    if !isTooMuch { logs.attribute("process.memory.peak", Int64(clamping: peak)) }
    logs.attribute("process.faults.minor", Int64(clamping: fields.minor_faults))
    logs.attribute("process.faults.major", Int64(clamping: fields.major_faults))
  }

  /// Writes the birth of a process, which runs its parent's program.
  mutating func writeFork(
    _ record: borrowing ForkRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let name = entry.executableName
    let shown = name.isEmpty ? record.command : name.span
    open("process.fork", at: fields.head.time, in: &logs)
    logs.body(expecting: 60) { buffer in
      buffer.append("pid ")
      buffer.appendDecimal(UInt64(fields.parent_pid))
      buffer.append(" (")
      buffer.appendPlain(shown)
      buffer.append(") made pid ")
      buffer.appendDecimal(UInt64(fields.head.pid))
    }
    writeIdentity(entry.key, inner: fields.inner_pid, parent: fields.parent_pid, to: &logs)
    writeExecutable(name: shown, path: entry.executablePath.span, to: &logs)
    writeUser(entry.user ?? fields.head.uid, table, to: &logs)
    writeCgroup(entry, table, to: &logs)
    write("process.exec_id", entry.key, fields.head.exec_seq, to: &logs)
    let parent = ProcessKey(pid: fields.parent_pid, startNanoseconds: fields.parent_start)
    write("process.parent_exec_id", parent, fields.head.exec_seq, to: &logs)
    logs.close()
  }
}

extension ExitRecord {
  /// Whether the end tells of a fault: in the program, or in how much memory there is for it.
  var isFault: Bool { isOutOfMemory || hasDumpedCore || SignalName.isFault(signal) }
}
