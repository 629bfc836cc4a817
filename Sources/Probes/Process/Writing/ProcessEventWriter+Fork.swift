internal import Bytes
internal import CProbeEvents
internal import Identity
internal import Telemetry

extension ProcessEventWriter {
  /// Writes the birth of a process, which runs its parent's program.
  mutating func writeFork(
    _ record: borrowing ForkRecord, _ entry: ProcessEntry, _ table: ProcessTable,
    to logs: inout LogsWriter
  ) {
    let fields = record.fields
    let program = entry.program
    look(at: entry.user ?? fields.head.uid, table)
    look(atGroupOf: entry, table)
    number(fields.head, entry.key, inner: fields.inner_pid, parent: fields.parent_pid)
    open(heads.fork, in: &logs)
    let limit =
      ProcessEventWriter.fixedByteLimit + user.bytes.count + cgroup.bytes.count
      + 3 * (program.name.count + record.command.count) + program.attributes.bytes.count
    logs.write(atMost: limit) { pen in
      draft.body(expecting: 60, to: &pen) { draft, pen in
        pen.put("pid ")
        draft.decimal(.parent, to: &pen)
        pen.put(" (")
        pen.name(program, command: record.command)
        pen.put(") made pid ")
        draft.decimal(.pid, to: &pen)
      }
      writeIdentity(hasInner: fields.inner_pid != entry.key.pid, to: &pen)
      pen.program(program, command: record.command)
      pen.put(user.bytes.span)
      pen.put(cgroup.bytes.span)
      writeExecID(to: &pen)
      writeParentExecID(
        ProcessKey(pid: fields.parent_pid, startNanoseconds: fields.parent_start), to: &pen)
    }
    logs.close()
  }

  /// Writes the id of the image, which the parent runs too.
  private mutating func writeParentExecID(_ parent: ProcessKey, to pen: inout RecordPen) {
    let (pid, sequence) = (UInt64(parent.pid), draft.numbers[.sequence])
    pen.openExecID("process.parent_exec_id", ids, pid, parent.startTicks, sequence)
    pen.put(decimal: pid)
    pen.put("-")
    pen.put(decimal: parent.startTicks)
    pen.put("-")
    pen.put(decimal: sequence)
  }
}
