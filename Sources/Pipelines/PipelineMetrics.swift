internal import Diagnostics
internal import Telemetry

/// The account of a pipeline's items: at any quiet moment received = delivered + dropped + held.
///
/// An object, as every batch keeps it.
final class PipelineMetrics: Sendable {
  /// The items taken from receivers.
  let received: Counter
  private let delivered: Counter
  private let held: Gauge
  private let dropped: [Counter]
  private let filtered: Counter
  private let refused: [Counter]

  /// The account of the pipeline called `pipeline`, every series at zero.
  init(_ registry: MetricsRegistry, _ pipeline: PipelineID) {
    let scope = MetricsScope(registry).with("pipeline", pipeline.description)
    received = scope.counter("swiftlet_pipeline_received_items")
    delivered = scope.counter("swiftlet_pipeline_delivered_items")
    held = scope.gauge("swiftlet_pipeline_held_items")
    // All reasons exist from the start, so that an increase from nothing is seen.
    let reasons = DeliveryError.reasons.map { scope.with("reason", $0) }
    dropped = reasons.map { $0.counter("swiftlet_pipeline_dropped_items") }
    filtered = scope.with("reason", "filtered").counter("swiftlet_pipeline_dropped_items")
    refused = reasons.map { $0.counter("swiftlet_pipeline_refused_items") }
  }

  /// An account that nobody reads.
  static var unregistered: PipelineMetrics {
    PipelineMetrics(MetricsRegistry(), PipelineID(signal: .traces))
  }

  /// Counts items that are under way from now on; a negative number takes them back.
  func hold(_ itemCount: Int) {
    held.add(itemCount)
  }

  /// Counts items that a processor drops on purpose; a negative number takes them back.
  func filter(_ itemCount: Int) {
    filtered.add(itemCount)
    held.add(-itemCount)
  }

  /// Counts how items that were held ended.
  func settle(_ itemCount: Int, _ outcome: Delivery.Outcome) {
    switch outcome {
    case .success: delivered.add(itemCount)
    case .failure(let error): dropped[error.reasonIndex].add(itemCount)
    }
    held.add(-itemCount)
  }

  /// Counts items that were not taken.
  func refuse(_ itemCount: Int, _ error: DeliveryError) {
    refused[error.reasonIndex].add(itemCount)
  }
}

extension DeliveryError {
  /// The reasons as metrics name them, in the order of `reasonIndex`.
  fileprivate static let reasons = [
    "retryable", "permanent", "queue_full", "memory_pressure", "stopping", "abandoned",
  ]

  fileprivate var reasonIndex: Int {
    switch self {
    case .retryable: 0
    case .permanent: 1
    case .queueFull: 2
    case .memoryPressure: 3
    case .stopping: 4
    case .abandoned: 5
    }
  }
}
