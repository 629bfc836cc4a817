internal import CProbeEvents
internal import EBPF

/// Walks over all sockets that processes hold: those that were there before, those that go on, and those that listen.
final class NetworkScan {
  private let iterator: BPFIterator?
  private let settings: BPFMap
  private var settled = network_scan()

  /// The walk of the loaded programs, which tells of a connection that goes on each `period`.
  init(_ loaded: LoadedProbe, _ period: Duration) throws(BPFError) {
    iterator = try loaded.iterator("sockets")
    settings = try loaded.map("network_scans")
    let (seconds, attoseconds) = period.components
    settled.period = UInt64(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
  }

  /// Walks once; `body` gets each record: with `all` of every connection, else of those that are due.
  func run(all: Bool = false, _ body: (Span<UInt8>) -> Void) throws(BPFError) {
    guard let iterator else { return }
    settled.number += 1
    var scan = settled
    if all { scan.period = 0 }
    try settings.set(UInt32(0), to: scan)
    try iterator.forEach(body)
  }
}
