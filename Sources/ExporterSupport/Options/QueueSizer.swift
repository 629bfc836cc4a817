public import Telemetry

/// The unit in which a sending queue is measured.
public enum QueueSizer: String, Sendable, CaseIterable {
  /// Batches as they were handed over.
  case requests
  /// Spans, data points, log records or samples.
  case items
  /// Encoded bytes.
  case bytes

  /// What `payload` counts for.
  public func size(of payload: Payload) -> Int {
    switch self {
    case .requests: 1
    case .items: payload.itemCount
    case .bytes: payload.byteCount
    }
  }
}
