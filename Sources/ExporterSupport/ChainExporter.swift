public import Components
public import Dispatch
public import Telemetry

/// An exporter whose work is done by a delivery chain: it gives the chain, and has the rest from here.
public protocol ChainExporter: Exporter {
  /// The chain with the exporter's sender.
  var chain: DeliveryChain { get }
}

extension ChainExporter {
  /// Why a batch offered now would be refused, or nil where it would be taken.
  public var refusal: DeliveryError? { chain.refusal }

  /// Whether more is held than the batches that are under way.
  public var congestion: Congestion { chain.congestion }

  /// Takes the batch or refuses it at once.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    try chain.consume(batch)
  }

  /// The size of the queue.
  public var outline: String { chain.outline }

  /// Opens the sender.
  public func start(_ host: any Host) throws(ComponentError) {
    try chain.start(host)
  }

  /// Sends what is held before `deadline`, then closes the sender.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    chain.stop(by: deadline, done)
  }
}
