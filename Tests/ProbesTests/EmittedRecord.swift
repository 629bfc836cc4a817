import Bytes
import Telemetry

/// A log record or a metric's point as it was written, with attributes as text.
struct EmittedRecord: Equatable {
  var name = ""
  var resource: [String: String] = [:]
  var attributes: [String: String] = [:]
  var time: UInt64 = 0
  var count: UInt64 = 0
  var sum: Double?
  var buckets: [UInt64] = []
  var offset: Int32 = 0
  var value: Double = 0

  /// The log records of a request.
  static func logs(_ payload: Payload) -> [EmittedRecord] {
    var found: [EmittedRecord] = []
    let bytes = payload.joined()
    var groups = RequestView(bytes.span).resources
    while let group = groups.next() {
      var resource: [String: String] = [:]
      if let view = group.resource { resource = attributes(view.attributes) }
      var scopes = group.scopes
      while let scope = scopes.next() {
        var records = scope.logRecords
        while let record = records.next() {
          var one = EmittedRecord()
          one.name = String(copying: record.eventName)
          one.resource = resource
          one.attributes = attributes(record.attributes)
          one.time = record.time
          found.append(one)
        }
      }
    }
    return found
  }

  /// The points of a metrics request.
  static func points(_ payload: Payload) -> [EmittedRecord] {
    var found: [EmittedRecord] = []
    let bytes = payload.joined()
    var groups = RequestView(bytes.span).resources
    while let group = groups.next() {
      var resource: [String: String] = [:]
      if let view = group.resource { resource = attributes(view.attributes) }
      var scopes = group.scopes
      while let scope = scopes.next() {
        var metrics = scope.metrics
        while let metric = metrics.next() {
          for var one in points(metric) {
            one.name = String(copying: metric.name)
            one.resource = resource
            found.append(one)
          }
        }
      }
    }
    return found
  }

  private static func points(_ metric: borrowing MetricView) -> [EmittedRecord] {
    var found: [EmittedRecord] = []
    var histograms = metric.histogramPoints
    while let point = histograms.next() {
      var one = EmittedRecord()
      one.attributes = attributes(point.attributes)
      one.count = point.count
      one.sum = point.sum
      var counts = point.bucketCounts
      while let count = counts.next() { one.buckets.append(count) }
      found.append(one)
    }
    var exponentials = metric.exponentialHistogramPoints
    while let point = exponentials.next() {
      var one = EmittedRecord()
      one.attributes = attributes(point.attributes)
      one.count = point.count
      one.sum = point.sum
      if let positive = point.positive {
        one.offset = positive.offset
        var counts = positive.bucketCounts
        while let count = counts.next() { one.buckets.append(count) }
      }
      found.append(one)
    }
    var numbers = metric.numberPoints
    while let point = numbers.next() {
      var one = EmittedRecord()
      one.attributes = attributes(point.attributes)
      switch point.value {
      case .int(let value): one.value = Double(value)
      case .double(let value): one.value = value
      case nil: break
      }
      found.append(one)
    }
    return found
  }

  private static func attributes(_ cursor: consuming ViewCursor<KeyValueView>) -> [String: String] {
    var found: [String: String] = [:]
    while let attribute = cursor.next() {
      var value = ""
      if let view = attribute.value { value = text(view) }
      found[String(copying: attribute.key)] = value
    }
    return found
  }

  private static func text(_ value: borrowing AnyValueView) -> String {
    switch value.kind {
    case .string: return String(copying: value.content)
    case .bool(let truth): return "\(truth)"
    case .int(let number): return "\(number)"
    case .double(let number): return "\(number)"
    case .array:
      var texts: [String] = []
      var values = value.values
      while let value = values.next() { texts.append(text(value)) }
      return texts.joined(separator: "|")
    default: return "?"
    }
  }
}
