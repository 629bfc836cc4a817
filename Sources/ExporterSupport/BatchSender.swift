public import Components
public import Telemetry

/// The part of an exporter that knows its protocol; what it sends comes from a delivery chain.
///
/// All calls come on the chain's home shard.
public protocol BatchSender: AnyObject {
  /// How many shards it sends from side by side; asked once.
  var shardCount: Int { get }

  /// Opens what sending needs; when it throws, nothing stays open.
  func open(_ host: any Host) throws(ComponentError)

  /// Sends the batch once and calls `done` once, on the home shard, at once or later.
  ///
  /// An attempt that takes longer than `timeout` (zero: no limit) is called off by the sender and
  /// fails retryably. The sender leaves the batch's delivery alone.
  func send(
    _ batch: TelemetryBatch, timeout: Duration, _ done: @escaping (SendOutcome) -> Void)

  /// Hurries: the chain is stopping, so nothing is held back to be sent with later batches.
  func drain()

  /// Closes everything, attempts that still run included, then calls `done` once on the home shard.
  func close(_ done: @escaping () -> Void)
}

extension BatchSender {
  /// It sends from the home shard alone.
  public var shardCount: Int { 1 }

  /// Nothing needs to be opened.
  public func open(_ host: any Host) throws(ComponentError) {}

  /// Nothing is held back.
  public func drain() {}

  /// Nothing needs to be closed.
  public func close(_ done: @escaping () -> Void) { done() }
}
