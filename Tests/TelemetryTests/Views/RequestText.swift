import Bytes
import Telemetry

/// Writes what the views show of a request, as generate_fixtures.py writes what Python shows.
struct RequestText {
  private(set) var lines: [String] = []

  /// The text of `bytes`, an export request of `signal`.
  static func of(_ bytes: ByteSlice, signal: Signal) -> [String] {
    var text = RequestText()
    text.add(RequestView(bytes.span), signal: signal)
    return text.lines
  }

  private mutating func add(_ request: borrowing RequestView, signal: Signal) {
    var resources = request.resources
    while let group = resources.next() {
      line("resource", text(group.schemaURL), resource(group))
      var scopes = group.scopes
      while let group = scopes.next() {
        line("scope", text(group.schemaURL), scope(group))
        switch signal {
        case .traces: addSpans(group)
        case .metrics: addMetrics(group)
        case .logs: addLogs(group)
        case .profiles: addProfiles(group)
        }
      }
    }
    if signal == .profiles, let dictionary = request.dictionary { add(dictionary) }
  }

  mutating func line(_ parts: String...) { lines.append(parts.joined(separator: "|")) }

  private func resource(_ group: borrowing ResourceGroupView) -> String {
    guard let resource = group.resource else { return "none" }
    return attributes(resource.attributes) + "\(resource.droppedAttributeCount)"
  }

  private func scope(_ group: borrowing ScopeGroupView) -> String {
    guard let scope = group.scope else { return "none" }
    return "\(text(scope.name)),\(text(scope.version)),\(attributes(scope.attributes))"
      + "\(scope.droppedAttributeCount)"
  }

  private mutating func addSpans(_ group: borrowing ScopeGroupView) {
    var spans = group.spans
    while let span = spans.next() {
      var status = "none"
      if let view = span.status { status = "\(view.code),\(text(view.message))" }
      line(
        "span", hex(span.traceID), hex(span.spanID), text(span.traceState), hex(span.parentSpanID),
        "\(span.flags)", text(span.name), "\(span.kind)", "\(span.startTime)", "\(span.endTime)",
        attributes(span.attributes), "\(span.droppedAttributeCount)", "\(span.droppedEventCount)",
        "\(span.droppedLinkCount)", status)
      var events = span.events
      while let event = events.next() {
        line(
          "event", "\(event.time)", text(event.name), attributes(event.attributes),
          "\(event.droppedAttributeCount)")
      }
      var links = span.links
      while let link = links.next() {
        line(
          "link", hex(link.traceID), hex(link.spanID), text(link.traceState), "\(link.flags)",
          attributes(link.attributes), "\(link.droppedAttributeCount)")
      }
    }
  }

  private mutating func addLogs(_ group: borrowing ScopeGroupView) {
    var records = group.logRecords
    while let record = records.next() {
      var body = "none"
      if let view = record.body { body = value(view) }
      line(
        "log", "\(record.time)", "\(record.observedTime)", "\(record.severityNumber)",
        text(record.severityText), body, attributes(record.attributes),
        "\(record.droppedAttributeCount)", "\(record.flags)", hex(record.traceID),
        hex(record.spanID), text(record.eventName))
    }
  }
}

extension RequestText {
  func text(_ bytes: Span<UInt8>) -> String { String(copying: bytes) }

  func hex(_ bytes: Span<UInt8>) -> String {
    var result = ""
    for index in bytes.indices { result += RequestText.hex(UInt64(bytes[index]), width: 2) }
    return result
  }

  static func hex(_ value: UInt64, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  func bits(_ value: Double) -> String { RequestText.hex(value.bitPattern, width: 16) }

  func bits(_ value: Double?) -> String { value.map { bits($0) } ?? "none" }

  func number(_ value: NumberValue?) -> String {
    switch value {
    case nil: "none"
    case .int(let value): "\(value)"
    case .double(let value): "d" + bits(value)
    }
  }

  func attributes(_ cursor: consuming ViewCursor<KeyValueView>) -> String {
    var parts: [String] = []
    while let entry = cursor.next() {
      var shown = "none"
      if let view = entry.value { shown = value(view) }
      parts.append(text(entry.key) + "=" + shown)
    }
    return "{" + parts.joined(separator: ",") + "}"
  }

  func value(_ view: borrowing AnyValueView) -> String {
    switch view.kind {
    case .empty: return "nil"
    case .string: return "\"" + text(view.content) + "\""
    case .bool(let value): return "\(value)"
    case .int(let value): return "\(value)"
    case .double(let value): return "d" + bits(value)
    case .bytes: return "x" + hex(view.content)
    case .map: return attributes(view.entries)
    case .stringIndex(let index): return "#\(index)"
    case .array:
      var parts: [String] = []
      var values = view.values
      while let inner = values.next() { parts.append(value(inner)) }
      return "[" + parts.joined(separator: ",") + "]"
    }
  }

  func numbers(_ cursor: consuming NumberCursor) -> String {
    var parts: [String] = []
    while let number = cursor.next() { parts.append("\(number)") }
    return parts.joined(separator: ",")
  }

  func signed(_ cursor: consuming NumberCursor) -> String {
    var parts: [String] = []
    while let number = cursor.nextInt64() { parts.append("\(number)") }
    return parts.joined(separator: ",")
  }

  func doubles(_ cursor: consuming NumberCursor) -> String {
    var parts: [String] = []
    while let number = cursor.nextDouble() { parts.append(bits(number)) }
    return parts.joined(separator: ",")
  }
}
