public import Diagnostics

/// The items that a processor was handed and has handed on.
public struct ItemFlow: Sendable {
  /// The items of batches that the processor took.
  public let incoming: Counter
  /// The items of batches that the component behind it took.
  public let outgoing: Counter

  /// The counters of the processor whose metrics these are.
  public init(_ metrics: MetricsScope) {
    incoming = metrics.counter("otelcol_processor_incoming_items")
    outgoing = metrics.counter("otelcol_processor_outgoing_items")
  }
}
