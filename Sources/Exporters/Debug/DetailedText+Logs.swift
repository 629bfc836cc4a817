internal import Bytes
internal import Telemetry

extension DetailedText {
  func logRecords(_ records: consuming ViewCursor<LogRecordView>) {
    var index = 0
    while let record = records.next() {
      text.line("LogRecord #\(index)")
      text.line("ObservedTimestamp: " + DebugText.time(record.observedTime))
      text.line("Timestamp: " + DebugText.time(record.time))
      text.line("SeverityText: ", record.severityText)
      text.line("SeverityNumber: " + DetailedText.severity(record.severityNumber))
      if record.eventName.count > 0 { text.line("EventName: ", record.eventName) }
      text.add("Body: ")
      text.value(record.body)
      text.endLine()
      text.attributes("Attributes", record.attributes)
      if record.droppedAttributeCount > 0 {
        text.line("DroppedAttributesCount: \(record.droppedAttributeCount)")
      }
      text.line("Trace ID: ", hex: record.traceID)
      text.line("Span ID: ", hex: record.spanID)
      text.line("Flags: \(record.flags)")
      text.endItem()
      index += 1
    }
  }

  /// A severity's name and number: `Info(9)`, `Warn2(14)`.
  static func severity(_ number: Int32) -> String {
    guard (1...24).contains(number) else { return "Unspecified(\(number))" }
    let names = ["Trace", "Debug", "Info", "Warn", "Error", "Fatal"]
    let step = (number - 1) % 4
    return names[Int(number - 1) / 4] + (step > 0 ? "\(step + 1)" : "") + "(\(number))"
  }
}
