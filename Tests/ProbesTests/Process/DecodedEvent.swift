import Bytes
import Telemetry

/// A log record as it was received, with its values as text.
struct DecodedEvent {
  var name = ""
  var body = ""
  var severity = ""
  var time: UInt64 = 0
  var attributes: [String: String] = [:]
  var resource: [String: String] = [:]

  /// The records of a request, in order.
  static func all(in payload: Payload) -> [DecodedEvent] {
    var events: [DecodedEvent] = []
    let bytes = payload.joined()
    var groups = RequestView(bytes.span).resources
    while let group = groups.next() {
      var resource: [String: String] = [:]
      if let view = group.resource { resource = attributes(view.attributes) }
      var scopes = group.scopes
      while let scope = scopes.next() {
        var records = scope.logRecords
        while let record = records.next() {
          var event = DecodedEvent(record)
          event.resource = resource
          events.append(event)
        }
      }
    }
    return events
  }

  private init(_ record: borrowing LogRecordView) {
    name = String(copying: record.eventName)
    severity = String(copying: record.severityText)
    time = record.time
    if let value = record.body { body = DecodedEvent.text(value) }
    attributes = DecodedEvent.attributes(record.attributes)
  }

  private static func attributes(_ cursor: consuming ViewCursor<KeyValueView>) -> [String: String] {
    var found: [String: String] = [:]
    while let attribute = cursor.next() {
      let key = String(copying: attribute.key)
      let isTwice = found[key] != nil
      guard !isTwice, let value = attribute.value else {
        found[key] = "given twice or without a value"
        continue
      }
      found[key] = text(value)
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
