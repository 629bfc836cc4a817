/// One hand-over of telemetry: its OTLP bytes, where they came from, and who waits for the outcome.
public struct TelemetryBatch: Sendable {
  /// What the payload holds.
  public let signal: Signal
  /// The OTLP bytes.
  public var payload: Payload
  /// How the batch came in.
  public var origin: Origin
  /// The promise made for this batch.
  public var delivery: Delivery

  /// A batch of these parts.
  public init(signal: Signal, payload: Payload, origin: Origin, delivery: Delivery) {
    self.signal = signal
    self.payload = payload
    self.origin = origin
    self.delivery = delivery
  }
}
