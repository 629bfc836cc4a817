internal import CProbeEvents
internal import EBPF

/// What the kernel told of a process that is born: a checked `process_fork`.
struct ForkRecord: ~Escapable {
  private let place: InPlace<process_fork>
  /// The command's name, at most 15 bytes.
  let command: Span<UInt8>

  /// Reads a record; nil where its size is not that of one.
  @_lifetime(copy record)
  init?(_ record: Span<UInt8>) {
    let size = MemoryLayout<process_fork>.size
    guard record.count == size, let place = InPlace<process_fork>(record),
      Int(place.value.head.size) == size
    else { return nil }
    self.place = place
    command = record.extracting(size - 16..<size).textBeforeZero
  }

  /// The fixed part.
  var fields: process_fork {
    @inline(__always)
    get { place.value }
  }
}
