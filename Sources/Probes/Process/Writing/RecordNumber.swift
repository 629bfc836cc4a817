/// The numbers in records of processes.
enum RecordNumber: UInt8 {
  /// When it happened and when it was read, in nanoseconds since 1970.
  case time, observed
  /// The process's number in the host's namespace and in its own, and its parent's.
  case pid, inner, parent
  /// When it was created, in milliseconds since 1970 and in ticks since boot.
  case created, ticks
  /// How many images it and those it came from have run.
  case sequence
  /// Of a new image.
  case inode, thread, argumentCount, session, group
  /// Of an end: when, in milliseconds since 1970, and with which code.
  case ended, code
  /// Seconds as the bits of a fraction.
  case uptime, userTime, systemTime
  case peak, minorFaults, majorFaults
}

/// The values of a record's numbers; those that it does not have are of no meaning.
struct RecordNumbers {
  private var values = InlineArray<21, UInt64>(repeating: 0)

  subscript(number: RecordNumber) -> UInt64 {
    @inline(__always)
    get { values[Int(number.rawValue)] }
    @inline(__always)
    set { values[Int(number.rawValue)] = newValue }
  }

  /// The values by the numbers' raw values.
  var span: Span<UInt64> {
    @_lifetime(borrow self)
    get { values.span }
  }
}
