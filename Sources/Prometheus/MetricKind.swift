/// What a metric family is.
public enum MetricKind: UInt8, Sendable, CaseIterable {
  /// A number that only grows.
  case counter
  /// A number that goes up and down.
  case gauge
  /// A distribution in buckets, classic or native.
  case histogram
  /// A distribution as quantiles.
  case summary
  /// Nothing is known.
  case unknown
  /// Facts as labels; the value is 1.
  case info
  /// Truth values, one a label.
  case stateSet

  /// The word in OpenMetrics.
  var openMetricsWord: StaticString {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    case .summary: "summary"
    case .unknown: "unknown"
    case .info: "info"
    case .stateSet: "stateset"
    }
  }

  /// The word in the text format, which knows fewer kinds.
  var textWord: StaticString {
    switch self {
    case .unknown: "untyped"
    case .info, .stateSet: "gauge"
    default: openMetricsWord
    }
  }

  /// The number in `io.prometheus.client.MetricType`.
  var protobufNumber: UInt64 {
    switch self {
    case .counter: 0
    case .gauge, .info, .stateSet: 1
    case .summary: 2
    case .unknown: 3
    case .histogram: 4
    }
  }
}
