internal import Diagnostics

/// What became of one program's records, for the collector's own metrics.
///
/// produced = delivered + lost + held + in the ring, at every reading.
final class ProgramCounters: Sendable {
  /// Why a record is lost.
  enum Loss: String, CaseIterable {
    case ringFull = "ring_full"
    case rateLimited = "rate_limited"
    case mapFull = "map_full"
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
  /// The records read off the rings.
  let taken = Gauge()
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
    let settled = [delivered, lost(.malformed), lost(.refused)]
    scope.observe("swiftlet_ebpf_events_held") { [taken] in
      max(0, settled.reduce(taken.value) { $0 - $1.value })
    }
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
    case .malformed: 3
    case .refused: 4
    }
  }
}
