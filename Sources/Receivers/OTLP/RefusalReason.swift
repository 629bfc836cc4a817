internal import GRPC
internal import Telemetry

/// Why a request was not taken, as metrics name it.
enum RefusalReason: String, CaseIterable {
  case retryable
  case permanent
  case queueFull = "queue_full"
  case memoryPressure = "memory_pressure"
  case stopping
  case abandoned
  /// The request cannot be read.
  case malformed
  /// The request is larger than the receiver's limit.
  case tooLarge = "too_large"
  /// The request is encoded or compressed in a way that is not taken.
  case unsupported

  /// The reason for what a pipeline says.
  init(_ error: DeliveryError) {
    switch error {
    case .retryable: self = .retryable
    case .permanent: self = .permanent
    case .queueFull: self = .queueFull
    case .memoryPressure: self = .memoryPressure
    case .stopping: self = .stopping
    case .abandoned: self = .abandoned
    }
  }

  /// The reason for a call that ended before its message was whole.
  init(_ status: GRPCStatus, isMemoryRefused: Bool) {
    if isMemoryRefused {
      self = .memoryPressure
    } else {
      switch status.code {
      case .resourceExhausted: self = .tooLarge
      case .unimplemented: self = .unsupported
      default: self = .malformed
      }
    }
  }

  /// Whether the fault is the request's own: sent again it would be refused again.
  var isFailure: Bool {
    switch self {
    case .malformed, .tooLarge, .unsupported: true
    default: false
    }
  }
}
