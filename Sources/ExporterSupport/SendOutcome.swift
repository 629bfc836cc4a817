public import Telemetry

/// How one attempt to send a batch ended.
public enum SendOutcome: Sendable, Equatable {
  /// The destination has the batch, but for `rejectedItems`, which it refuses for good.
  ///
  /// A message without rejected items is a warning (OTLP specification, partial success).
  case delivered(rejectedItems: Int, message: String)
  /// The destination does not have the batch.
  case failed(DeliveryError)
  /// The batch has more bytes than the destination takes: its halves may be taken.
  case tooLarge(String)

  /// The destination has the whole batch.
  public static let delivered = SendOutcome.delivered(rejectedItems: 0, message: "")
}
