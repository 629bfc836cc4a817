internal import CProbeEvents
internal import EBPF

/// The head of a record, as all programs write it, read where it lies.
struct ProbeHead: ~Escapable {
  private let place: InPlace<probe_head>

  static let byteCount = MemoryLayout<probe_head>.size

  /// The head of `record`; nil where the record is shorter than it says.
  @inline(__always)
  @_lifetime(copy record)
  init?(_ record: Span<UInt8>) {
    guard let place = InPlace<probe_head>(record), Int(place.value.size) <= record.count,
      place.value.size >= ProbeHead.byteCount
    else { return nil }
    self.place = place
  }

  /// What kind of record it is.
  var type: UInt16 { place.value.type }
  /// The bytes of the whole record.
  var size: Int { Int(place.value.size) }
  /// Which program made it.
  var program: UInt8 { place.value.program }
  /// Whether text in it did not fit and ends early.
  var isTruncated: Bool { place.value.flags & UInt8(PROBE_TRUNCATED.rawValue) != 0 }
  /// Whether something in it could not be read and is zero or empty.
  var isPartial: Bool { place.value.flags & UInt8(PROBE_PARTIAL.rawValue) != 0 }
  /// Whether it tells of what was there before, not of an event.
  var isSnapshot: Bool { place.value.flags & UInt8(PROBE_SNAPSHOT.rawValue) != 0 }
  var cpu: UInt16 { place.value.cpu }
  /// Nanoseconds since boot.
  var time: UInt64 { place.value.time }
  /// The thread group, in the host's namespace.
  var pid: UInt32 { place.value.pid }
  var tid: UInt32 { place.value.tid }
  /// When the thread group's leader started, in nanoseconds since boot.
  var start: UInt64 { place.value.start }
  /// The control group's id.
  var controlGroup: UInt64 { place.value.cgroup }
  /// Tells two images of one process apart.
  var execSequence: UInt32 { place.value.exec_seq }
  var user: UInt32 { place.value.uid }
}
