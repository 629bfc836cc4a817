internal import CProbeEvents
internal import EBPF

/// The head of a record, as all programs write it.
struct ProbeHead {
  /// What kind of record it is.
  let type: UInt16
  /// The bytes of the whole record.
  let size: Int
  /// Which program made it.
  let program: UInt8
  /// Whether text in it did not fit and ends early.
  let isTruncated: Bool
  /// Whether something in it could not be read and is zero or empty.
  let isPartial: Bool
  /// Whether it tells of what was there before, not of an event.
  let isSnapshot: Bool
  let cpu: UInt16
  /// Nanoseconds since boot.
  let time: UInt64
  /// The thread group, in the host's namespace.
  let pid: UInt32
  let tid: UInt32
  /// When the thread group's leader started, in nanoseconds since boot.
  let start: UInt64
  /// The control group's id.
  let controlGroup: UInt64
  /// Tells two images of one process apart.
  let execSequence: UInt32
  let user: UInt32

  static let byteCount = MemoryLayout<probe_head>.size

  /// The head of `record`; nil where the record is shorter than it says.
  @inline(__always)
  init?(_ record: Span<UInt8>) {
    guard let head = record.load(probe_head.self), Int(head.size) <= record.count,
      head.size >= ProbeHead.byteCount
    else { return nil }
    type = head.type
    size = Int(head.size)
    program = head.program
    isTruncated = head.flags & UInt8(PROBE_TRUNCATED.rawValue) != 0
    isPartial = head.flags & UInt8(PROBE_PARTIAL.rawValue) != 0
    isSnapshot = head.flags & UInt8(PROBE_SNAPSHOT.rawValue) != 0
    cpu = head.cpu
    time = head.time
    pid = head.pid
    tid = head.tid
    start = head.start
    controlGroup = head.cgroup
    execSequence = head.exec_seq
    user = head.uid
  }
}
