internal import Diagnostics
internal import Telemetry

/// What a receiver counts of one signal.
///
/// An object, as every request keeps it until it is answered.
final class IngressMetrics: Sendable {
  let accepted: Counter
  let refused: Counter
  let requestsAccepted: Counter
  let requestsRefused: Counter
  let requestsFailed: Counter

  init(_ scope: MetricsScope, _ signal: Signal) {
    let items = signal.metricItemName
    accepted = scope.counter("otelcol_receiver_accepted_\(items)")
    refused = scope.counter("otelcol_receiver_refused_\(items)")
    let requests = scope.with("otel.signal", signal.rawValue)
    requestsAccepted = requests.with("outcome", "success").counter("otelcol_receiver_requests")
    requestsRefused = requests.with("outcome", "refused").counter("otelcol_receiver_requests")
    requestsFailed = requests.with("outcome", "failure").counter("otelcol_receiver_requests")
  }

  func accept(_ itemCount: Int) {
    accepted.add(itemCount)
    requestsAccepted.add()
  }

  func refuse(_ itemCount: Int) {
    refused.add(itemCount)
    requestsRefused.add()
  }
}
