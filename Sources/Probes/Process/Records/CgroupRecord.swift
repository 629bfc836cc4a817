internal import CProbeEvents
internal import EBPF

/// What the kernel told of a control group that was made or removed: a checked `process_cgroup`.
struct CgroupRecord: ~Escapable {
  private let place: InPlace<process_cgroup>
  /// The path below the hierarchy's root.
  let path: Span<UInt8>

  /// Reads a record; nil where its sizes or its operation are not in order.
  @_lifetime(copy record)
  init?(_ record: Span<UInt8>) {
    guard let place = InPlace<process_cgroup>(record) else { return nil }
    let fields = place.value
    let text = MemoryLayout<process_cgroup>.size
    let end = text + Int(fields.path_length)
    guard Int(fields.head.size) == record.count, record.count == end.roundedUpTo8,
      Int(fields.path_length) <= Int(PROCESS_CGROUP_PATH_LIMIT.rawValue),
      fields.operation == UInt16(PROCESS_CGROUP_MADE.rawValue)
        || fields.operation == UInt16(PROCESS_CGROUP_REMOVED.rawValue)
    else { return nil }
    self.place = place
    path = record.extracting(text..<end)
  }

  /// The fixed part.
  var fields: process_cgroup {
    @inline(__always)
    get { place.value }
  }

  /// Whether the group is gone.
  var isRemoved: Bool { fields.operation == UInt16(PROCESS_CGROUP_REMOVED.rawValue) }

  /// Whether the path ends early, and so does not tell the container.
  var isTruncated: Bool { fields.head.flags & UInt8(PROBE_TRUNCATED.rawValue) != 0 }
}
