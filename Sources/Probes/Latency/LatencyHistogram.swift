internal import CProbeEvents
internal import EBPF
internal import Telemetry

/// A histogram that a program counts in: slot k is bucket k - 30 of scale 0 in seconds.
struct LatencyHistogram: Equatable {
  /// How many values each slot has.
  var counts: [UInt64]
  /// The sum of the values, in nanoseconds.
  var sum: UInt64 = 0
  /// The sum of the bytes, where there are any.
  var byteCount: UInt64 = 0

  private static let slotsOffset = 16

  /// An empty histogram.
  init() {
    counts = [UInt64](repeating: 0, count: Int(LATENCY_SLOT_COUNT))
  }

  /// The sum of the values of all processors, of which each begins `stride` bytes behind the last.
  init(_ values: Span<UInt8>, count: Int, stride: Int) {
    self.init()
    for index in 0..<count { add(values, at: index * stride) }
  }

  /// How many values there are.
  var count: UInt64 { counts.reduce(0, &+) }

  /// Adds what another one has.
  mutating func add(_ other: LatencyHistogram) {
    for slot in counts.indices { counts[slot] &+= other.counts[slot] }
    sum &+= other.sum
    byteCount &+= other.byteCount
  }

  /// Ends a point of an exponential histogram; empty slots on both ends are left out.
  func write(to metrics: inout MetricsWriter) {
    let first = counts.firstIndex { $0 > 0 } ?? 0
    let end = (counts.lastIndex { $0 > 0 } ?? -1) + 1
    let used = counts.span.extracting(first..<max(first, end))
    metrics.exponentialHistogram(
      scale: 0, offset: Int32(first) + LATENCY_SLOT_OFFSET, counts: used, sum: Double(sum) / 1e9)
  }

  private mutating func add(_ values: Span<UInt8>, at offset: Int) {
    sum &+= values.load(UInt64.self, at: offset) ?? 0
    byteCount &+= values.load(UInt64.self, at: offset + 8) ?? 0
    for slot in counts.indices {
      let place = offset + LatencyHistogram.slotsOffset + 8 * slot
      counts[slot] &+= values.load(UInt64.self, at: place) ?? 0
    }
  }
}
