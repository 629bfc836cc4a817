internal import Diagnostics

/// What became of one program's records, for the collector's own metrics.
///
/// All are set together once a second, so that produced = delivered + lost + held + in the ring at every reading. What a
/// rate needs to begin at 0 is among the metrics from the start, the rest from the first time that it happens.
final class ProgramCounters: Sendable {
  /// Why a record is lost.
  enum Loss: String, CaseIterable {
    case ringFull = "ring_full"
    case rateLimited = "rate_limited"
    case mapFull = "map_full"
    /// The kernel did not tell the program of an event.
    case missed
    case malformed
    case refused
  }

  /// The program as it is told in metrics and gap records, such as `process/exec`.
  let name: String
  let produced: SeldomCounter
  let delivered: SeldomCounter
  let partial: SeldomCounter
  let truncated: SeldomCounter
  let inRing: Gauge
  let held: Gauge
  /// The records read off the rings.
  let taken = Gauge()
  /// The records that the pipelines have taken.
  let handedOver = Counter()
  /// The records that the pipelines have refused for good.
  let givenUp = Counter()
  private let losses: [SeldomCounter]

  /// Counters on `metrics` of the program `name`; what it makes are records, or sums in maps only.
  init(_ name: String, _ metrics: MetricsScope, makesRecords: Bool = true) {
    self.name = name
    let scope = metrics.with("program", name)
    func counter(_ outcome: String) -> SeldomCounter {
      SeldomCounter("swiftlet_ebpf_events", scope.with("outcome", outcome))
    }
    produced = counter("produced")
    delivered = counter("delivered")
    partial = counter("partial")
    truncated = counter("truncated")
    losses = Loss.allCases.map { counter($0.rawValue) }
    losses[Loss.mapFull.index].show()
    guard makesRecords else {
      // Nothing of it is ever on its way.
      (inRing, held) = (Gauge(), Gauge())
      return
    }
    inRing = scope.gauge("swiftlet_ebpf_events_in_ring")
    held = scope.gauge("swiftlet_ebpf_events_held")
    for counter in [produced, delivered, losses[Loss.ringFull.index]] { counter.show() }
  }

  /// Tells what the pipelines have taken and refused until now.
  func publishOutcomes() {
    delivered.add(handedOver.value - delivered.value)
    lost(.refused).add(givenUp.value - lost(.refused).value)
    held.set(taken.value - delivered.value - lost(.malformed).value - lost(.refused).value)
  }

  /// The records lost because of `loss`.
  func lost(_ loss: Loss) -> SeldomCounter { losses[loss.index] }
}

extension ProgramCounters.Loss {
  /// The place among all cases.
  var index: Int {
    switch self {
    case .ringFull: 0
    case .rateLimited: 1
    case .mapFull: 2
    case .missed: 3
    case .malformed: 4
    case .refused: 5
    }
  }
}
