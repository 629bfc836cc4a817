internal import Diagnostics

/// What became of one program's records, for the collector's own metrics.
///
/// All are set together once a second, so that produced = delivered + lost + held + in the ring at every reading.
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
  let produced: Counter
  let delivered: Counter
  let partial: Counter
  let truncated: Counter
  let inRing: Gauge
  let held: Gauge
  /// The records read off the rings.
  let taken = Gauge()
  /// The records that the pipelines have taken.
  let handedOver = Counter()
  /// The records that the pipelines have refused for good.
  let givenUp = Counter()
  private let losses: [Counter]

  /// Counters on `metrics` of the program `name`.
  init(_ name: String, _ metrics: MetricsScope) {
    self.name = name
    let scope = metrics.with("program", name)
    func counter(_ outcome: String) -> Counter {
      scope.with("outcome", outcome).counter("swiftlet_ebpf_events")
    }
    produced = counter("produced")
    delivered = counter("delivered")
    partial = counter("partial")
    truncated = counter("truncated")
    losses = Loss.allCases.map { counter($0.rawValue) }
    inRing = scope.gauge("swiftlet_ebpf_events_in_ring")
    held = scope.gauge("swiftlet_ebpf_events_held")
  }

  /// Tells what the pipelines have taken and refused until now.
  func publishOutcomes() {
    delivered.add(handedOver.value - delivered.value)
    lost(.refused).add(givenUp.value - lost(.refused).value)
    held.set(taken.value - delivered.value - lost(.malformed).value - lost(.refused).value)
  }

  /// The records lost because of `loss`.
  func lost(_ loss: Loss) -> Counter { losses[loss.index] }
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
