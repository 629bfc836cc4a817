internal import Bytes
internal import Telemetry

extension DetailedText {
  private static let kinds = [
    "Unspecified", "Internal", "Server", "Client", "Producer", "Consumer",
  ]
  private static let statusCodes = ["Unset", "Ok", "Error"]

  func spans(_ spans: consuming ViewCursor<SpanView>) {
    var index = 0
    while let span = spans.next() {
      text.line("Span #\(index)")
      append(span)
      text.endItem()
      index += 1
    }
  }

  private func append(_ span: consuming SpanView) {
    text.line("    Trace ID       : ", hex: span.traceID)
    text.line("    Parent ID      : ", hex: span.parentSpanID)
    text.line("    ID             : ", hex: span.spanID)
    text.line("    Name           : ", span.name)
    text.line("    Kind           : " + DetailedText.name(span.kind, DetailedText.kinds))
    if span.traceState.count > 0 { text.line("    TraceState     : ", span.traceState) }
    text.line("    Start time     : " + DebugText.time(span.startTime))
    text.line("    End time       : " + DebugText.time(span.endTime))
    if let status = span.status {
      text.line("    Status code    : " + DetailedText.name(status.code, DetailedText.statusCodes))
      text.line("    Status message : ", status.message)
    } else {
      text.line("    Status code    : Unset")
      text.line("    Status message : ")
    }
    if span.droppedAttributeCount > 0 || span.droppedEventCount > 0 || span.droppedLinkCount > 0 {
      text.line("    DroppedAttributesCount: \(span.droppedAttributeCount)")
      text.line("    DroppedEventsCount: \(span.droppedEventCount)")
      text.line("    DroppedLinksCount: \(span.droppedLinkCount)")
    }
    text.attributes("Attributes", span.attributes)
    events(span.events)
    links(span.links)
  }

  private func events(_ events: consuming ViewCursor<SpanEventView>) {
    var index = 0
    while let event = events.next() {
      if index == 0 { text.line("Events:") }
      text.line("SpanEvent #\(index)")
      text.line("     -> Name: ", event.name)
      text.line("     -> Timestamp: " + DebugText.time(event.time))
      text.line("     -> DroppedAttributesCount: \(event.droppedAttributeCount)")
      text.attributes("     -> Attributes:", indent: "     ", event.attributes)
      index += 1
    }
  }

  private func links(_ links: consuming ViewCursor<SpanLinkView>) {
    var index = 0
    while let link = links.next() {
      if index == 0 { text.line("Links:") }
      text.line("SpanLink #\(index)")
      text.line("     -> Trace ID: ", hex: link.traceID)
      text.line("     -> ID: ", hex: link.spanID)
      text.line("     -> TraceState: ", link.traceState)
      text.line("     -> DroppedAttributesCount: \(link.droppedAttributeCount)")
      text.attributes("     -> Attributes:", indent: "     ", link.attributes)
      index += 1
    }
  }
}
