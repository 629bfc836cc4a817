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
    /// A fraction that goes up and down, asked for when the metrics are read.
    case observedLevel(@Sendable () -> Double)
    /// A fraction that only grows, asked for when the metrics are read.
    case observedSum(@Sendable () -> Double)
    /// A distribution of values.
    case histogram(Histogram)
  }

  /// What a series says at one moment.
  public enum Reading: Sendable, Equatable {
    /// A sum that only grows.
    case counter(Int)
    /// A sum of fractions that only grows.
    case sum(Double)
    /// A number that goes up and down.
    case gauge(Int)
    /// A fraction that goes up and down.
    case level(Double)
    /// A distribution of values.
    case histogram(Histogram.Reading)
  }

  /// A series and its present value.
  public struct Sample: Sendable {
    /// The series.
    public let key: Key
    /// The present value.
    public let reading: Reading

    /// A series and what it says.
    public init(key: Key, reading: Reading) {
      self.key = key
      self.reading = reading
    }

    /// The value as a whole number; of a distribution the number of values.
    public var value: Int {
      switch reading {
      case .counter(let value), .gauge(let value): value
      case .sum(let value), .level(let value): Int(value)
      case .histogram(let values): values.count
      }
    }
  }

  /// How much is shown of what is registered; what costs much is only counted where it is shown.
  public let level: MetricsLevel
  private let instruments = Mutex<[Key: Instrument]>([:])

  /// A registry without metrics.
  public init(level: MetricsLevel = .detailed) {
    self.level = level
  }

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

  /// The histogram of this series, made with these bounds at the first call.
  ///
  /// `divisor` of what is recorded make one of the metric's unit.
  public func histogram(
    _ name: String, _ labels: [Label], bounds: [Int], divisor: Int = 1
  ) -> Histogram {
    instruments.withLock { instruments in
      let key = MetricsRegistry.key(name, labels)
      if case .histogram(let known) = instruments[key] { return known }
      let made = Histogram(bounds: bounds, divisor: divisor)
      instruments[key] = .histogram(made)
      return made
    }
  }

  /// Registers a series whose fraction, which only grows, is asked for when the metrics are read.
  public func observeSum(
    _ name: String, _ labels: [Label], _ value: @escaping @Sendable () -> Double
  ) {
    instruments.withLock { $0[MetricsRegistry.key(name, labels)] = .observedSum(value) }
  }

  /// Registers a series whose fraction is asked for when the metrics are read.
  public func observeLevel(
    _ name: String, _ labels: [Label], _ value: @escaping @Sendable () -> Double
  ) {
    instruments.withLock { $0[MetricsRegistry.key(name, labels)] = .observedLevel(value) }
  }

  /// Registers a series whose value is asked for when the metrics are read.
  public func observe(_ name: String, _ labels: [Label], _ value: @escaping @Sendable () -> Int) {
    instruments.withLock { $0[MetricsRegistry.key(name, labels)] = .observed(value) }
  }

  /// All series with their present values, ordered by name and labels.
  public func samples() -> [Sample] {
    let all = instruments.withLock { $0 }
    return all.map { key, instrument in
      Sample(key: key, reading: MetricsRegistry.read(instrument))
    }
    .sorted { left, right in
      left.key.name == right.key.name
        ? left.key.labels.map(\.value).lexicographicallyPrecedes(right.key.labels.map(\.value))
        : left.key.name < right.key.name
    }
  }

  private static func read(_ instrument: Instrument) -> Reading {
    switch instrument {
    case .counter(let counter): .counter(counter.value)
    case .gauge(let gauge): .gauge(gauge.value)
    case .observed(let observe): .gauge(observe())
    case .observedSum(let observe): .sum(observe())
    case .observedLevel(let observe): .level(observe())
    case .histogram(let histogram): .histogram(histogram.reading)
    }
  }

  private static func key(_ name: String, _ labels: [Label]) -> Key {
    Key(name: name, labels: labels.sorted { $0.name < $1.name })
  }
}
