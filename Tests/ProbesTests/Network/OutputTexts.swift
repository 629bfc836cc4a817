import Bytes
import Telemetry

/// What a request says, as text for comparing.
enum OutputTexts {
  /// One record or point.
  struct Item: Equatable {
    var name = ""
    var resource: [String: String] = [:]
    var attributes: [String: String] = [:]
    var value = ""
    var startTime: UInt64 = 0
  }

  static func logs(_ payload: Payload) -> [Item] {
    let bytes = payload.joined()
    var items: [Item] = []
    var resources = RequestView(bytes.span).resources
    while let group = resources.next() {
      let resource = attributes(group.resource?.attributes)
      var scopes = group.scopes
      while let scope = scopes.next() {
        var records = scope.logRecords
        while let record = records.next() {
          items.append(
            Item(
              name: String(copying: record.eventName), resource: resource,
              attributes: attributes(record.attributes), value: "\(record.time)"))
        }
      }
    }
    return items
  }

  static func metrics(_ payload: Payload) -> [Item] {
    let bytes = payload.joined()
    var items: [Item] = []
    var resources = RequestView(bytes.span).resources
    while let group = resources.next() {
      let resource = attributes(group.resource?.attributes)
      var scopes = group.scopes
      while let scope = scopes.next() {
        var metrics = scope.metrics
        while let metric = metrics.next() { append(metric, resource, to: &items) }
      }
    }
    return items
  }

  private static func append(
    _ metric: borrowing MetricView, _ resource: [String: String], to items: inout [Item]
  ) {
    let name = String(copying: metric.name)
    var numbers = metric.numberPoints
    while let point = numbers.next() {
      var value = ""
      if case .int(let number) = point.value { value = "\(number)" }
      items.append(
        Item(
          name: name, resource: resource, attributes: attributes(point.attributes), value: value,
          startTime: point.startTime))
    }
    var histograms = metric.histogramPoints
    while let point = histograms.next() {
      items.append(
        Item(
          name: name, resource: resource, attributes: attributes(point.attributes),
          value: "\(point.count)", startTime: point.startTime))
    }
  }

  private static func attributes(_ cursor: consuming ViewCursor<KeyValueView>?) -> [String: String]
  {
    guard var cursor else { return [:] }
    var texts: [String: String] = [:]
    while let pair = cursor.next() {
      guard let value = pair.value else { continue }
      let text =
        switch value.kind {
        case .string: String(copying: value.content)
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let isTrue): "\(isTrue)"
        default: "?"
        }
      texts[String(copying: pair.key)] = text
    }
    return texts
  }
}
