internal import Bytes
internal import CProbeEvents
internal import Diagnostics
internal import Identity
internal import Procfs
internal import Telemetry

extension ProcessEventWriter {
  /// Writes the end of a process; `entry` is what is known of it.
  mutating func writeExit(
    _ record: borrowing ExitRecord, _ key: ProcessKey, _ entry: ProcessEntry,
    _ table: ProcessTable, to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let name = entry.executableName
    let path = entry.executablePath
    let shown = name.isEmpty ? record.command : name.span
    look(at: entry.user ?? fields.head.uid, table)
    look(atGroupOf: entry, table)
    open(record.isFault ? heads.fault : heads.exit, at: fields.head.time, in: &logs)
    let limit =
      ProcessEventWriter.fixedByteLimit + user.bytes.count + cgroup.bytes.count
      + 3 * (2 * shown.count + path.count)
    logs.write(atMost: limit) { pen in
      pen.body(of: record, name: shown)
      writeIdentity(key, inner: fields.inner_pid, parent: fields.parent_pid, to: &pen)
      pen.executable(name: shown, path: path.span)
      writeEnd(record, to: &pen)
      pen.usage(of: record, pageSize: pageSize)
      pen.put(user.bytes.span)
      pen.put(cgroup.bytes.span)
      write("process.exec_id", key, fields.head.exec_seq, to: &pen)
    }
    logs.close()
  }

  /// How and when it ended.
  private mutating func writeEnd(_ record: borrowing ExitRecord, to pen: inout RecordPen) {
    let time = boot.unixNanoseconds(sinceBoot: record.fields.head.time)
    write("process.exit.time", WallTime(milliseconds: Int64(time / 1_000_000)), to: &pen)
    if let code = record.code {
      pen.attribute("process.exit.code", Int64(code))
    } else {
      pen.attribute("process.exit.signal", SignalName.text(record.signal).utf8Span.span)
    }
    if record.hasDumpedCore { pen.attribute("process.exit.core_dumped", true) }
    if record.isOutOfMemory { pen.attribute("process.exit.out_of_memory", true) }
  }

  /// Writes the birth of a process, which runs its parent's program.
  mutating func writeFork(
    _ record: borrowing ForkRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let name = entry.executableName
    let shown = name.isEmpty ? record.command : name.span
    look(at: entry.user ?? fields.head.uid, table)
    look(atGroupOf: entry, table)
    let path = entry.executablePath
    let parent = ProcessKey(pid: fields.parent_pid, startNanoseconds: fields.parent_start)
    open(heads.fork, at: fields.head.time, in: &logs)
    let limit =
      ProcessEventWriter.fixedByteLimit + user.bytes.count + cgroup.bytes.count
      + 3 * (2 * shown.count + path.count)
    logs.write(atMost: limit) { pen in
      pen.body(expecting: 60) { pen in
        pen.put("pid ")
        pen.put(decimal: UInt64(fields.parent_pid))
        pen.put(" (")
        pen.put(text: shown)
        pen.put(") made pid ")
        pen.put(decimal: UInt64(fields.head.pid))
      }
      writeIdentity(entry.key, inner: fields.inner_pid, parent: fields.parent_pid, to: &pen)
      pen.executable(name: shown, path: path.span)
      pen.put(user.bytes.span)
      pen.put(cgroup.bytes.span)
      write("process.exec_id", entry.key, fields.head.exec_seq, to: &pen)
      write("process.parent_exec_id", parent, fields.head.exec_seq, to: &pen)
    }
    logs.close()
  }
}

extension RecordPen {
  /// Writes what happened in words.
  fileprivate mutating func body(of record: borrowing ExitRecord, name: Span<UInt8>) {
    let pid = UInt64(record.fields.head.pid)
    let (code, signal) = (record.code, record.signal)
    let (isDumped, isOutOfMemory) = (record.hasDumpedCore, record.isOutOfMemory)
    body(expecting: 60) { pen in
      pen.put("pid ")
      pen.put(decimal: pid)
      pen.put(" (")
      pen.put(text: name)
      if let code {
        pen.put(") exited with code ")
        pen.put(decimal: UInt64(code))
      } else {
        pen.put(") was ended by ")
        pen.put(SignalName.text(signal).utf8Span.span)
      }
      if isDumped { pen.put(", core dumped") }
      if isOutOfMemory { pen.put(", out of memory") }
    }
  }

  /// Writes what the process used in its life.
  fileprivate mutating func usage(of record: borrowing ExitRecord, pageSize: UInt64) {
    let fields = record.fields
    let time = record.cpuTime
    attribute("process.uptime", Double(record.lifetime) / 1e9)
    attribute("process.cpu.user.time", Double(time.user) / 1e9)
    attribute("process.cpu.system.time", Double(time.system) / 1e9)
    let (peak, isTooMuch) = fields.peak_pages.multipliedReportingOverflow(by: pageSize)
    if !isTooMuch { attribute("process.memory.peak", Int64(clamping: peak)) }
    attribute("process.faults.minor", Int64(clamping: fields.minor_faults))
    attribute("process.faults.major", Int64(clamping: fields.major_faults))
  }
}

extension ExitRecord {
  /// Whether the end tells of a fault: in the program, or in how much memory there is for it.
  var isFault: Bool { isOutOfMemory || hasDumpedCore || SignalName.isFault(signal) }
}
