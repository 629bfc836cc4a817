public import Components
public import Telemetry

/// A consumer whose every batch fails with one error.
public final class FailingConsumer: Consumer {
  private let error: DeliveryError
  private let refuses: Bool

  /// A consumer that fails with `error`: at the door where it `refuses`, else through the delivery.
  public init(_ error: DeliveryError, refuses: Bool = false) {
    self.error = error
    self.refuses = refuses
  }

  /// The error where the consumer refuses.
  public var refusal: DeliveryError? { refuses ? error : nil }

  /// Refuses the batch, or takes it and fails its delivery.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    if refuses { throw error }
    batch.delivery.fail(error)
  }
}
