internal import CProbeEvents
internal import EBPF

/// What the kernel told of a process that is gone: a checked `process_exit`.
struct ExitRecord: ~Escapable {
  private let place: InPlace<process_exit>
  /// The command's name, at most 15 bytes.
  let command: Span<UInt8>

  /// Reads a record; nil where its size is not that of one.
  @_lifetime(copy record)
  init?(_ record: Span<UInt8>) {
    let size = MemoryLayout<process_exit>.size
    guard record.count == size, let place = InPlace<process_exit>(record),
      Int(place.value.head.size) == size
    else { return nil }
    self.place = place
    command = record.extracting(size - 16..<size).textBeforeZero
  }

  /// The fixed part.
  var fields: process_exit {
    @inline(__always)
    get { place.value }
  }

  /// What the process returned; nil where a signal ended it.
  var code: UInt8? { signal == 0 ? UInt8(truncatingIfNeeded: fields.status >> 8) : nil }

  /// The signal that ended the process; 0 where none did.
  var signal: UInt8 { UInt8(fields.status & 0x7F) }

  /// Whether the process's memory was dumped.
  var hasDumpedCore: Bool { fields.status & 0x80 != 0 }

  /// Whether the kernel had chosen the process when memory ran out.
  var isOutOfMemory: Bool { fields.flags & UInt16(PROCESS_EXIT_OUT_OF_MEMORY.rawValue) != 0 }

  /// How long the process lived.
  var lifetime: UInt64 { fields.head.time &- min(fields.head.start, fields.head.time) }

  /// The CPU time in and outside the kernel.
  ///
  /// The ticks tell the proportion and the scheduler the sum, as the kernel itself does for wait(2).
  var cpuTime: (user: UInt64, system: UInt64) {
    let sum = fields.run_time
    let (user, system) = (fields.user_time, fields.system_time)
    if system == 0 { return (sum, 0) }
    if user == 0 { return (0, sum) }
    let share = Double(system) / (Double(user) + Double(system))
    let part = min(sum, UInt64(Double(sum) * share))
    return (sum - part, part)
  }
}
