internal import Synchronization

/// The collector's own metrics: every counter and gauge with its name and labels.
public final class MetricsRegistry: Sendable {
  /// What identifies one series.
  public struct Key: Sendable, Hashable {
    /// The metric's name as it is exposed, such as `otelcol_receiver_accepted_spans`.
    public let name: String
    /// The labels, ordered by name.
    public let labels: [Label]
  }

  /// A name and value beside a metric.
  public struct Label: Sendable, Hashable {
    /// The label's name.
    public let name: String
    /// The label's value.
    public let value: String

    /// A label of this name and value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What counts behind a series.
  public enum Instrument: Sendable {
    /// A sum that only grows.
    case counter(Counter)
    /// A number that goes up and down.
    case gauge(Gauge)
    /// A number asked for when the metrics are read.
    case observed(@Sendable () -> Int)
  }

  /// A series and its present value.
  public struct Sample: Sendable {
    /// The series.
    public let key: Key
    /// Whether it is a counter.
    public let isCounter: Bool
    /// The value.
    public let value: Int
  }

  private let instruments = Mutex<[Key: Instrument]>([:])

  /// A registry without metrics.
  public init() {}

  /// The counter of this series, made at the first call.
  public func counter(_ name: String, _ labels: [Label]) -> Counter {
    instruments.withLock { instruments in
      let key = MetricsRegistry.key(name, labels)
      if case .counter(let known) = instruments[key] { return known }
      let made = Counter()
      instruments[key] = .counter(made)
      return made
    }
  }

  /// The gauge of this series, made at the first call.
  public func gauge(_ name: String, _ labels: [Label]) -> Gauge {
    instruments.withLock { instruments in
      let key = MetricsRegistry.key(name, labels)
      if case .gauge(let known) = instruments[key] { return known }
      let made = Gauge()
      instruments[key] = .gauge(made)
      return made
    }
  }

  /// Registers a series whose value is asked for when the metrics are read.
  public func observe(_ name: String, _ labels: [Label], _ value: @escaping @Sendable () -> Int) {
    instruments.withLock { $0[MetricsRegistry.key(name, labels)] = .observed(value) }
  }

  /// All series with their present values, ordered by name and labels.
  public func samples() -> [Sample] {
    let all = instruments.withLock { $0 }
    return all.map { key, instrument in
      switch instrument {
      case .counter(let counter): Sample(key: key, isCounter: true, value: counter.value)
      case .gauge(let gauge): Sample(key: key, isCounter: false, value: gauge.value)
      case .observed(let observe): Sample(key: key, isCounter: false, value: observe())
      }
    }
    .sorted { left, right in
      left.key.name == right.key.name
        ? left.key.labels.map(\.value).lexicographicallyPrecedes(right.key.labels.map(\.value))
        : left.key.name < right.key.name
    }
  }

  private static func key(_ name: String, _ labels: [Label]) -> Key {
    Key(name: name, labels: labels.sorted { $0.name < $1.name })
  }
}

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

  /// Registers a metric whose value is asked for when the metrics are read.
  public func observe(_ name: String, _ value: @escaping @Sendable () -> Int) {
    registry.observe(name, labels, value)
  }
}
