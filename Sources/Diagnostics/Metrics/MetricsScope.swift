/// The registry as one component sees it: each metric carries the component's labels.
public struct MetricsScope: Sendable {
  /// The registry behind the scope.
  public let registry: MetricsRegistry
  private let labels: [MetricsRegistry.Label]

  /// A view of `registry` with `labels` on every metric.
  public init(_ registry: MetricsRegistry, _ labels: [MetricsRegistry.Label] = []) {
    self.registry = registry
    self.labels = labels
  }

  /// This scope with more labels.
  public func with(_ name: String, _ value: String) -> MetricsScope {
    MetricsScope(registry, labels + [.init(name, value)])
  }

  /// The counter called `name` with the scope's labels.
  public func counter(_ name: String) -> Counter { registry.counter(name, labels) }

  /// The gauge called `name` with the scope's labels.
  public func gauge(_ name: String) -> Gauge { registry.gauge(name, labels) }

  /// The histogram called `name` with the scope's labels, made with these bounds at the first call.
  public func histogram(_ name: String, bounds: [Int]) -> Histogram {
    registry.histogram(name, labels, bounds: bounds)
  }

  /// The histogram of durations called `name`, recorded in microseconds and shown in seconds.
  public func durations(_ name: String) -> Histogram {
    registry.histogram(name, labels, bounds: Histogram.durationBounds, divisor: 1_000_000)
  }

  /// Registers a metric whose fraction is asked for when the metrics are read.
  public func observeLevel(_ name: String, _ value: @escaping @Sendable () -> Double) {
    registry.observeLevel(name, labels, value)
  }

  /// Registers a metric whose value is asked for when the metrics are read.
  public func observe(_ name: String, _ value: @escaping @Sendable () -> Int) {
    registry.observe(name, labels, value)
  }
}
