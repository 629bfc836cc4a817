/// Why a batch did not arrive.
public enum DeliveryError: Error, Sendable, Equatable {
  /// The destination refuses for now; the same batch may be offered again, at the earliest after the time given.
  case retryable(String, after: Duration?)
  /// The destination refuses this batch for good.
  case permanent(String)
  /// A bounded queue has no room; it may have later.
  case queueFull
  /// The memory budget is spent; there may be room later.
  case memoryPressure
  /// The collector is stopping.
  case stopping
  /// Whoever held the batch let go of it without an outcome.
  case abandoned

  /// Whether the same batch may be offered again.
  public var isRetryable: Bool {
    switch self {
    case .retryable, .queueFull, .memoryPressure, .stopping, .abandoned: true
    case .permanent: false
    }
  }
}

extension DeliveryError: CustomStringConvertible {
  /// The reason in words for a sender or a log.
  public var description: String {
    switch self {
    case .retryable(let reason, _), .permanent(let reason): reason
    case .queueFull: "the sending queue is full"
    case .memoryPressure: "the memory limit is reached"
    case .stopping: "the collector is stopping"
    case .abandoned: "the batch was let go without an outcome"
    }
  }
}
