/// A kind of message that conditions look at and edits act on.
enum MessageKind: Int, CaseIterable {
  case resource
  case scope
  case metric
  case span
  case event
  case logRecord
  /// A point of a gauge or sum.
  case numberPoint
  case histogramPoint
  case exponentialPoint
  case summaryPoint

  /// The level of such messages.
  var context: RewriteContext {
    switch self {
    case .resource: .resource
    case .scope: .scope
    case .metric: .metric
    case .event: .event
    case .span, .logRecord, .numberPoint, .histogramPoint, .exponentialPoint, .summaryPoint: .item
    }
  }

  /// The number of the attributes' field; 0 where there are none.
  var attributes: Int {
    switch self {
    case .metric: 0
    case .resource, .exponentialPoint: 1
    case .scope, .event: 3
    case .logRecord: 6
    case .numberPoint, .summaryPoint: 7
    case .span, .histogramPoint: 9
    }
  }

  /// The kind of the data points in a metric's field of this number; nil where it holds none.
  static func dataPoint(in field: Int) -> MessageKind? {
    switch field {
    case 5, 7: .numberPoint
    case 9: .histogramPoint
    case 10: .exponentialPoint
    case 11: .summaryPoint
    default: nil
    }
  }

  /// Where a field is; nil where messages of the kind have none.
  func place(of field: RewriteField) -> FieldPlace? {
    switch self {
    case .resource: nil
    case .scope: MessageKind.inScope(field)
    case .metric: MessageKind.inMetric(field)
    case .span: MessageKind.inSpan(field)
    case .event: MessageKind.inEvent(field)
    case .logRecord: MessageKind.inLogRecord(field)
    case .numberPoint, .histogramPoint, .exponentialPoint, .summaryPoint:
      MessageKind.inPoint(field)
    }
  }

  private static func inScope(_ field: RewriteField) -> FieldPlace? {
    switch field {
    case .name: FieldPlace(number: 1, form: .text)
    case .version: FieldPlace(number: 2, form: .text)
    default: nil
    }
  }

  private static func inMetric(_ field: RewriteField) -> FieldPlace? {
    switch field {
    case .name: FieldPlace(number: 1, form: .text)
    case .description: FieldPlace(number: 2, form: .text)
    case .unit: FieldPlace(number: 3, form: .text)
    default: nil
    }
  }

  private static func inSpan(_ field: RewriteField) -> FieldPlace? {
    switch field {
    case .traceID: FieldPlace(number: 1, form: .id(byteCount: 16, isOptional: false))
    case .spanID: FieldPlace(number: 2, form: .id(byteCount: 8, isOptional: false))
    case .traceState: FieldPlace(number: 3, form: .text)
    case .parentSpanID: FieldPlace(number: 4, form: .id(byteCount: 8, isOptional: true))
    case .name: FieldPlace(number: 5, form: .text)
    case .kind: FieldPlace(number: 6, form: .number)
    case .startTime: FieldPlace(number: 7, form: .fixed)
    case .endTime: FieldPlace(number: 8, form: .fixed)
    case .statusMessage: FieldPlace(number: 15, form: .text, inner: 2)
    case .statusCode: FieldPlace(number: 15, form: .number, inner: 3)
    default: nil
    }
  }

  private static func inEvent(_ field: RewriteField) -> FieldPlace? {
    switch field {
    case .time: FieldPlace(number: 1, form: .fixed)
    case .name: FieldPlace(number: 2, form: .text)
    default: nil
    }
  }

  private static func inLogRecord(_ field: RewriteField) -> FieldPlace? {
    switch field {
    case .time: FieldPlace(number: 1, form: .fixed)
    case .severityNumber: FieldPlace(number: 2, form: .number)
    case .severityText: FieldPlace(number: 3, form: .text)
    case .body: FieldPlace(number: 5, form: .value)
    case .traceID: FieldPlace(number: 9, form: .id(byteCount: 16, isOptional: true))
    case .spanID: FieldPlace(number: 10, form: .id(byteCount: 8, isOptional: true))
    default: nil
    }
  }

  private static func inPoint(_ field: RewriteField) -> FieldPlace? {
    switch field {
    case .startTime: FieldPlace(number: 2, form: .fixed)
    case .time: FieldPlace(number: 3, form: .fixed)
    default: nil
    }
  }
}
