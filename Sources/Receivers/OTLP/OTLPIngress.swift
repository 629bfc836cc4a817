internal import Bytes
internal import Components
internal import Diagnostics
internal import OTLP
internal import Telemetry

/// The way from a request's bytes into the pipelines, the same for both protocols.
final class OTLPIngress: Sendable {
  private let outlets: Outlets
  private let memory: MemoryBudget
  private let metrics: [Signal: IngressMetrics]

  init(_ settings: ComponentSettings, _ outlets: Outlets, transport: String) {
    self.outlets = outlets
    memory = settings.memory
    let scope = settings.metrics.with("transport", transport)
    metrics = Dictionary(
      uniqueKeysWithValues: Signal.allCases.map { ($0, IngressMetrics(scope, $0)) })
  }

  /// Whether a pipeline takes this signal.
  func takes(_ signal: Signal) -> Bool { outlets[signal] != nil }

  /// Why a request would be refused now, asked before its body is read.
  func refusal(of signal: Signal) -> DeliveryError? {
    guard let refusal = outlets[signal]?.refusal else { return nil }
    metrics[signal]?.requestsRefused.add()
    return refusal
  }

  /// Sets memory aside for a body of so many bytes; nil where there is none.
  func reserve(_ byteCount: Int) -> MemoryReservation? { memory.reserve(byteCount) }

  /// The bytes that could be set aside now.
  var availableByteCount: Int { memory.availableByteCount }

  /// Checks the protobuf bytes of a request and hands them to the pipelines.
  ///
  /// `done` is called once, on any thread: at once or when the batch has been delivered, as the
  /// pipeline's `acknowledge` setting says.
  func ingest(
    _ request: ByteSlice, _ signal: Signal, _ origin: Origin, _ reservation: MemoryReservation?,
    _ done: @escaping @Sendable (Result<ExportResponse, ExportRefusal>) -> Void
  ) {
    guard let outlet = outlets[signal], let metrics = metrics[signal] else {
      return done(.failure(.delivery(.permanent("no pipeline takes \(signal)"))))
    }
    let validated: ValidatedRequest
    do {
      validated = try RequestValidator.validate(request, signal: signal)
    } catch {
      metrics.requestsFailed.add()
      return done(.failure(.undecodable("\(error)", field: error.path)))
    }
    let payload = validated.payload
    let reasons = validated.rejectionText
    let response = ExportResponse(
      rejectedItemCount: Int64(validated.partialSuccessCount), message: reasons)
    metrics.refused.add(validated.rejectedItemCount)
    if payload.itemCount == 0 {
      if !validated.rejected.isEmpty {
        metrics.requestsFailed.add()
        return done(.failure(.undecodable("nothing in the request is valid: \(reasons)")))
      }
      return done(.success(.success))
    }
    let delivery = Delivery(holding: reservation) { outcome in
      switch outcome {
      case .success:
        metrics.accept(payload.itemCount)
        done(.success(response))
      case .failure(let error):
        metrics.refuse(payload.itemCount)
        done(.failure(.delivery(error)))
      }
    }
    do {
      try outlet.consume(
        TelemetryBatch(signal: signal, payload: payload, origin: origin, delivery: delivery))
    } catch {
      delivery.fail(error)
    }
  }
}

/// What a receiver counts of one signal.
struct IngressMetrics: Sendable {
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
