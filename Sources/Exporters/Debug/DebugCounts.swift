internal import Bytes
internal import Diagnostics
internal import Telemetry

/// How much of what a batch holds, under the reference's names.
struct DebugCounts: Equatable {
  let signal: Signal
  private(set) var resources = 0
  /// Metrics, of which each has points; 0 for other signals.
  private(set) var metrics = 0
  let items: Int

  init(_ signal: Signal, _ payload: Payload) throws(WireError) {
    self.signal = signal
    items = payload.itemCount
    for slice in payload.slices {
      var reader = WireReader(slice.span)
      while let field = try reader.nextField() {
        guard field.number == 1, field.type == .length else {
          try reader.skip(field.type)
          continue
        }
        resources += 1
        let range = try reader.readLength()
        if signal == .metrics { try countMetrics(slice.span, range) }
      }
    }
  }

  private mutating func countMetrics(
    _ bytes: Span<UInt8>, _ resource: Range<Int>
  ) throws(WireError) {
    var scopes = WireReader(bytes, in: resource)
    while let field = try scopes.nextField() {
      guard field.number == 2, field.type == .length else {
        try scopes.skip(field.type)
        continue
      }
      var reader = WireReader(bytes, in: try scopes.readLength())
      while let field = try reader.nextField() {
        if field.number == 2 { metrics += 1 }
        try reader.skip(field.type)
      }
    }
  }

  var title: String {
    switch signal {
    case .traces: "Traces"
    case .metrics: "Metrics"
    case .logs: "Logs"
    case .profiles: "Profiles"
    }
  }

  private var fields: [(String, Int)] {
    switch signal {
    case .traces: [("resource spans", resources), ("spans", items)]
    case .metrics:
      [("resource metrics", resources), ("metrics", metrics), ("data points", items)]
    case .logs: [("resource logs", resources), ("log records", items)]
    case .profiles: [("resource profiles", resources), ("sample records", items)]
    }
  }

  /// The counts as one JSON object.
  var text: String {
    "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
  }

  /// Writes the counts as one line of the log.
  func log(to log: Log) {
    switch signal {
    case .traces: log.info(title, ["resource spans": .int(resources), "spans": .int(items)])
    case .metrics:
      log.info(
        title,
        [
          "resource metrics": .int(resources), "metrics": .int(metrics),
          "data points": .int(items),
        ])
    case .logs: log.info(title, ["resource logs": .int(resources), "log records": .int(items)])
    case .profiles:
      log.info(title, ["resource profiles": .int(resources), "sample records": .int(items)])
    }
  }
}
