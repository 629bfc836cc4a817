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
    }
  }

  /// The outcome of an export that had no response.
  init(_ error: TransportError) {
    self = .failed(
      error.isRetryable ? .retryable("\(error)", after: nil) : .permanent("\(error)"))
  }
}
