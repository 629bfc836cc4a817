internal import EBPF

/// What records are read through: the shared maps, the rings among them, and what tells that there is something to read.
struct ProbeReading {
  /// Makes the signal of these rings.
  typealias MakeSignal = ([RingReader]) throws(BPFError) -> RingSignal

  let outcomes: BPFMap
  /// First that of processes' lives.
  let rings: [RingReader]
  let signal: RingSignal

  /// Readers of the shared maps.
  init(_ shared: SharedMaps, _ signal: MakeSignal) throws(BPFError) {
    outcomes = shared.outcomes
    rings = [try RingReader(shared.lifecycle), try RingReader(shared.bulk)]
    self.signal = try signal(rings)
  }
}
