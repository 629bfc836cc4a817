public import Telemetry

/// Anything to which a pipeline can hand a batch.
public protocol Consumer: AnyObject, Sendable {
  /// Why a batch offered now would be refused, or nil where it would be taken.
  ///
  /// Receivers ask before they read a request's body, fan-outs before they offer a batch to the
  /// first of several consumers. Any thread may ask; the answer may be stale by the time of
  /// `consume`.
  var refusal: DeliveryError? { get }

  /// Whether more is held here than moves on soon, so that senders had better wait.
  ///
  /// A congested consumer still takes batches. Any thread may ask.
  var congestion: Congestion { get }

  /// Takes responsibility for the batch or refuses it at once; never blocks.
  ///
  /// A consumer that throws has not settled the batch's delivery and keeps nothing of it. One that
  /// returns settles the delivery sooner or later, exactly once. Any shard may call.
  func consume(_ batch: TelemetryBatch) throws(DeliveryError)
}

extension Consumer {
  /// Nothing is held that could pile up.
  public var congestion: Congestion { .none }
}
