internal import Diagnostics
internal import ExporterSupport
internal import OTLP
internal import Telemetry
internal import Transport

extension SendOutcome {
  /// The outcome of an export for the delivery chain.
  init(_ outcome: ExportOutcome) {
    switch outcome {
    case .delivered(let rejectedItemCount, let message):
      self = .delivered(rejectedItems: Int(clamping: rejectedItemCount), message: message)
    case .failed(let error): self = .failed(error)
    case .tooLarge(let reason): self = .tooLarge(reason)
    }
  }

  /// The outcome for a batch that cannot be written as a request.
  init(_ error: BodyError) {
    switch error {
    case .tooLarge(let limit):
      self = .tooLarge("the request would have more than \(limit) bytes")
    case .unwritable(let reason): self = .failed(.permanent("the batch \(reason)"))
    }
  }

  /// The outcome of an export that had no response.
  init(_ error: TransportError) {
    self = .failed(
      error.isRetryable ? .retryable("\(error)", after: nil) : .permanent("\(error)"))
  }
}
