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
      uniqueKeysWithValues: Signal.allCases.map {
        ($0, IngressMetrics(scope, $0, countsReasons: outlets[$0] != nil))
      })
  }

  /// Whether a pipeline takes this signal.
  func takes(_ signal: Signal) -> Bool { outlets[signal] != nil }

  /// Why a request is refused now, before its body is read.
  ///
  /// A pipeline that only has no room refuses the body instead: so its items are counted, and room that there is by then
  /// is used.
  func refusal(of signal: Signal) -> DeliveryError? {
    guard let refusal = outlets[signal]?.refusal else { return nil }
    switch refusal {
    case .memoryPressure, .stopping:
      refuse(signal, RefusalReason(refusal))
      return refusal
    case .queueFull, .retryable, .permanent, .abandoned: return nil
    }
  }

  /// Counts a request that was refused before it came here.
  func refuse(_ signal: Signal, _ reason: RefusalReason) {
    metrics[signal]?.refuse(reason)
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
      metrics.refuse(.malformed)
      return done(.failure(.undecodable("\(error)", field: error.path)))
    }
    metrics.refused.add(validated.rejectedItemCount)
    let payload = validated.payload
    let reasons = validated.rejectionText
    if payload.itemCount > 0 {
      let response = ExportResponse(
        rejectedItemCount: Int64(validated.partialSuccessCount), message: reasons)
      let delivery = OTLPIngress.delivery(
        of: payload.itemCount, reservation, response, metrics, done)
      hand(
        TelemetryBatch(signal: signal, payload: payload, origin: origin, delivery: delivery),
        to: outlet)
    } else if validated.rejected.isEmpty {
      done(.success(.success))
    } else {
      metrics.refuse(.malformed)
      done(.failure(.undecodable("nothing in the request is valid: \(reasons)")))
    }
  }

  /// The promise for a request's items, which answers its sender and counts them.
  private static func delivery(
    of itemCount: Int, _ reservation: MemoryReservation?, _ response: ExportResponse,
    _ metrics: IngressMetrics,
    _ done: @escaping @Sendable (Result<ExportResponse, ExportRefusal>) -> Void
  ) -> Delivery {
    Delivery(holding: reservation) { outcome in
      switch outcome {
      case .success:
        metrics.accept(itemCount)
        done(.success(response))
      case .failure(let error):
        metrics.refuse(RefusalReason(error), itemCount: itemCount)
        done(.failure(.delivery(error)))
      }
    }
  }

  private func hand(_ batch: TelemetryBatch, to outlet: any Consumer) {
    do {
      try outlet.consume(batch)
    } catch {
      batch.delivery.fail(error)
    }
  }
}
