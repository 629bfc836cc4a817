internal import Diagnostics
internal import Telemetry

/// What a receiver counts of one signal.
///
/// An object, as every request keeps it until it is answered.
final class IngressMetrics: Sendable {
  let accepted: Counter
  let refused: Counter
  private let requestsAccepted: Counter
  private let requestsRefused: Counter
  private let requestsFailed: Counter
  private let reasons: [RefusalReason: Counter]

  /// The counters of `signal`; those by reason only where requests can be refused.
  init(_ scope: MetricsScope, _ signal: Signal, countsReasons: Bool) {
    let items = signal.metricItemName
    accepted = scope.counter("otelcol_receiver_accepted_\(items)")
    refused = scope.counter("otelcol_receiver_refused_\(items)")
    let requests = scope.with("otel.signal", signal.rawValue)
    requestsAccepted = requests.with("outcome", "success").counter("otelcol_receiver_requests")
    requestsRefused = requests.with("outcome", "refused").counter("otelcol_receiver_requests")
    requestsFailed = requests.with("outcome", "failure").counter("otelcol_receiver_requests")
    // All reasons exist from the start, so that an increase from nothing is seen.
    reasons = Dictionary(
      uniqueKeysWithValues: (countsReasons ? RefusalReason.allCases : []).map { reason in
        let scope = requests.with("reason", reason.rawValue)
        return (reason, scope.counter("swiftlet_receiver_refused_requests"))
      })
  }

  func accept(_ itemCount: Int) {
    accepted.add(itemCount)
    requestsAccepted.add()
  }

  /// Counts a request that was not taken, and the items that are known of it.
  func refuse(_ reason: RefusalReason, itemCount: Int = 0) {
    refused.add(itemCount)
    (reason.isFailure ? requestsFailed : requestsRefused).add()
    reasons[reason]?.add()
  }
}
