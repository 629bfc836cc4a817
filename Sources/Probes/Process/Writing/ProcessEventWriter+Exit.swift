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
    let program = entry.program
    look(at: entry.user ?? record.fields.head.uid, table)
    look(atGroupOf: entry, table)
    number(record, key)
    let shape = shape(of: record, program)
    if let shape,
      exits.write(
        shape, at: program.spread, draft.numbers.span, source: Span(), &times, to: &logs)
    {
      return
    }
    let start = logs.byteCount
    open(record.isFault ? heads.fault : heads.exit, in: &logs)
    let limit =
      ProcessEventWriter.fixedByteLimit + user.bytes.count + cgroup.bytes.count
      + 3 * (program.name.count + record.command.count) + program.attributes.bytes.count
    logs.write(atMost: limit) { pen in
      writeBody(of: record, program, to: &pen)
      writeIdentity(hasInner: record.fields.inner_pid != key.pid, to: &pen)
      pen.program(program, command: record.command)
      writeEnd(record, to: &pen)
      writeUsage(hasPeak: record.peak(pageSize: pageSize) != nil, to: &pen)
      pen.put(user.bytes.span)
      pen.put(cgroup.bytes.span)
      writeExecID(to: &pen)
    }
    logs.close()
    if let shape {
      exits.keep(
        logs.bytes(from: start), of: draft, shape, at: program.spread, source: Span(),
        .init(program: program))
    }
  }

  /// Has the draft have the numbers of the end.
  private mutating func number(_ record: borrowing ExitRecord, _ key: ProcessKey) {
    let fields = record.fields
    let time = record.cpuTime
    number(fields.head, key, inner: fields.inner_pid, parent: fields.parent_pid)
    draft.numbers[.ended] = draft.numbers[.time] / 1_000_000
    draft.numbers[.code] = UInt64(record.code ?? 0)
    draft.numbers[.uptime] = (Double(record.lifetime) / 1e9).bitPattern
    draft.numbers[.userTime] = (Double(time.user) / 1e9).bitPattern
    draft.numbers[.systemTime] = (Double(time.system) / 1e9).bitPattern
    draft.numbers[.peak] = record.peak(pageSize: pageSize) ?? 0
    draft.numbers[.minorFaults] = min(fields.minor_faults, UInt64(Int64.max))
    draft.numbers[.majorFaults] = min(fields.major_faults, UInt64(Int64.max))
  }

  /// What the end has in common with others; nil where something in it stands for no other.
  private func shape(of record: borrowing ExitRecord, _ program: ProcessProgram) -> ExitShape? {
    guard let user = user.number, let cgroup = cgroup.number, !program.name.isEmpty else {
      return nil
    }
    return ExitShape(
      program: ObjectIdentifier(program), user: user, cgroup: cgroup, signal: record.signal,
      hasDumpedCore: record.hasDumpedCore, isOutOfMemory: record.isOutOfMemory,
      hasInner: record.fields.inner_pid != record.fields.head.pid,
      hasPeak: record.peak(pageSize: pageSize) != nil)
  }

  /// Writes what happened in words.
  @inline(__always)
  private mutating func writeBody(
    of record: borrowing ExitRecord, _ program: ProcessProgram, to pen: inout RecordPen
  ) {
    let signal = record.code == nil ? SignalName.text(record.signal) : nil
    let (isDumped, isOutOfMemory) = (record.hasDumpedCore, record.isOutOfMemory)
    draft.body(expecting: 60, to: &pen) { draft, pen in
      pen.put("pid ")
      draft.decimal(.pid, to: &pen)
      pen.put(" (")
      pen.name(program, command: record.command)
      if let signal {
        pen.put(") was ended by ")
        pen.put(signal.utf8Span.span)
      } else {
        pen.put(") exited with code ")
        draft.decimal(.code, to: &pen)
      }
      if isDumped { pen.put(", core dumped") }
      if isOutOfMemory { pen.put(", out of memory") }
    }
  }

  /// How and when it ended.
  @inline(__always)
  private mutating func writeEnd(_ record: borrowing ExitRecord, to pen: inout RecordPen) {
    draft.attribute("process.exit.time", moment: .ended, &times, to: &pen)
    if record.code != nil {
      draft.attribute("process.exit.code", .code, to: &pen)
    } else {
      pen.attribute("process.exit.signal", SignalName.text(record.signal).utf8Span.span)
    }
    if record.hasDumpedCore { pen.attribute("process.exit.core_dumped", true) }
    if record.isOutOfMemory { pen.attribute("process.exit.out_of_memory", true) }
  }

  /// Writes what the process used in its life.
  @inline(__always)
  private mutating func writeUsage(hasPeak: Bool, to pen: inout RecordPen) {
    draft.attribute("process.uptime", fraction: .uptime, to: &pen)
    draft.attribute("process.cpu.user.time", fraction: .userTime, to: &pen)
    draft.attribute("process.cpu.system.time", fraction: .systemTime, to: &pen)
    if hasPeak { draft.attribute("process.memory.peak", .peak, to: &pen) }
    draft.attribute("process.faults.minor", .minorFaults, to: &pen)
    draft.attribute("process.faults.major", .majorFaults, to: &pen)
  }
}

extension ExitRecord {
  /// Whether the end tells of a fault: in the program, or in how much memory there is for it.
  var isFault: Bool { isOutOfMemory || hasDumpedCore || SignalName.isFault(signal) }

  /// The most memory that was resident, in bytes; nil where the record tells more than there can be.
  func peak(pageSize: UInt64) -> UInt64? {
    let (peak, isTooMuch) = fields.peak_pages.multipliedReportingOverflow(by: pageSize)
    return isTooMuch ? nil : min(peak, UInt64(Int64.max))
  }
}
