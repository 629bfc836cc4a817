internal import Bytes
internal import DNS
internal import Telemetry

/// How long lookups took, by type of the question and by what went wrong.
///
/// There are 64 series at most; what comes then is counted in one of its own.
struct LookupDurations {
  static let shape = MetricShape(
    "dns.lookup.duration", .histogram, unit: "s", "The time from a question to its answer.")

  /// The bounds that the semantic conventions give, in seconds.
  static let bounds: [Double] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ]

  static let seriesLimit = 64

  /// The same bounds in nanoseconds.
  private static let nanosecondBounds = bounds.map { UInt64(($0 * 1e9).rounded()) }

  private static let overflow: ByteSlice = {
    var buffer = ByteBuffer()
    buffer.appendAttribute("otel.metric.overflow", true, as: 1)
    return buffer.takeSlice()
  }()

  private struct Series {
    let type: DNSRecordType
    let outcome: DNSOutcome
    var sum: UInt64 = 0
  }

  private let bounds = LookupDurations.nanosecondBounds
  private var series: [Series] = []
  /// Those of each series behind those of the one before.
  private var counts: [UInt64] = []
  /// Where the series of the last lookup is: most are of one kind.
  private var latest = 0

  /// Counts one lookup.
  mutating func add(_ type: DNSRecordType, _ outcome: DNSOutcome, nanoseconds: UInt64) {
    let place = self.place(type, outcome)
    var slot = 0
    while slot < bounds.count, nanoseconds > bounds[slot] { slot += 1 }
    counts[place * (bounds.count + 1) + slot] += 1
    series[place].sum += nanoseconds
  }

  /// Writes all series as one metric.
  func write(to metrics: inout MetricsWriter) {
    metrics.open(LookupDurations.shape)
    for (index, one) in series.enumerated() {
      if index == LookupDurations.seriesLimit {
        metrics.attributes(LookupDurations.overflow.span, from: 1)
      } else {
        metrics.attribute("dns.question.type", one.type)
        if let error = one.outcome.error { metrics.attribute("error.type", error) }
      }
      let first = index * (bounds.count + 1)
      metrics.histogram(
        counts: counts.span.extracting(first..<first + bounds.count + 1),
        bounds: LookupDurations.bounds.span, sum: Double(one.sum) / 1e9)
    }
    metrics.close()
  }

  private mutating func place(_ type: DNSRecordType, _ outcome: DNSOutcome) -> Int {
    if latest < series.count, isPlace(latest, type, outcome) { return latest }
    latest = series.indices.first { isPlace($0, type, outcome) } ?? series.count
    // The series behind the last one is that of all further kinds.
    if latest >= LookupDurations.seriesLimit { latest = LookupDurations.seriesLimit }
    if latest == series.count {
      series.append(Series(type: type, outcome: outcome))
      counts.append(contentsOf: repeatElement(0, count: bounds.count + 1))
    }
    return latest
  }

  private func isPlace(_ place: Int, _ type: DNSRecordType, _ outcome: DNSOutcome) -> Bool {
    series[place].type == type && series[place].outcome.number == outcome.number
      && place < LookupDurations.seriesLimit
  }
}

extension DNSOutcome {
  /// What `error.type` says; nil where nothing went wrong.
  var error: String? {
    switch self {
    case .answered(.noError, _): nil
    case .answered(let code, _): code.description
    case .timedOut: "timeout"
    }
  }

  /// A number of its own for each `error`.
  fileprivate var number: Int32 {
    switch self {
    case .answered(let code, _): Int32(code.rawValue)
    case .timedOut: -1
    }
  }
}

extension MetricsWriter {
  /// Gives the next point the name of a record type.
  fileprivate mutating func attribute(_ key: StaticString, _ type: DNSRecordType) {
    attribute(key, type.description)
  }

  fileprivate mutating func attribute(_ key: StaticString, _ text: String) {
    attribute(key, text.utf8Span.span)
  }
}
