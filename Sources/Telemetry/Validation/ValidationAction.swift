internal import Bytes

/// What the validator does with a field.
enum ValidationAction: UInt8 {
  case unknown = 0
  case varint
  case fixed64
  case fixed32
  case bytes
  case text
  case message
  /// A message `KeyValue`, which has a fast path.
  case attribute
  /// A message that can be rejected on its own.
  case unit
  /// A message that counts as an item of the unit around it.
  case sample
  /// The trace id of a span.
  case traceID
  /// The id of a span.
  case spanID
  /// Bytes that are absent or 16.
  case optionalID16
  /// Bytes that are absent or 8.
  case optionalID8
  case packedVarints
  case packedFixed64
  case packedFixed32
  /// Fixed64s that are a histogram's counts.
  case bucketCounts
  /// Doubles that are a histogram's bounds.
  case explicitBounds

  init(_ field: FieldSchema, of message: MessageSchema) {
    let name = ValidationAction.shortName(message) + "." + field.name
    if let special = ValidationAction.special[name] {
      self = special
      return
    }
    switch field.kind {
    case .message: self = field.message === MessageSchema.keyValue ? .attribute : .message
    case .string: self = .text
    case .bytes: self = .bytes
    default:
      switch (field.isRepeated, field.kind.wireType) {
      case (false, .varint): self = .varint
      case (false, .fixed64): self = .fixed64
      case (false, _): self = .fixed32
      case (true, .varint): self = .packedVarints
      case (true, .fixed64): self = .packedFixed64
      case (true, _): self = .packedFixed32
      }
    }
  }

  /// The name behind the package; nothing that is looked up is ambiguous without it.
  private static func shortName(_ message: MessageSchema) -> String {
    let prefix = "opentelemetry.proto."
    guard message.fullName.hasPrefix(prefix) else { return message.fullName }
    return String(message.fullName.dropFirst(prefix.count))
  }

  /// The fields that OTLP says more of than their type does.
  ///
  /// A link's ids may be zero or absent: the API records links with an empty span context.
  private static let special: [String: ValidationAction] = [
    "trace.v1.ScopeSpans.spans": .unit,
    "logs.v1.ScopeLogs.log_records": .unit,
    "metrics.v1.ScopeMetrics.metrics": .unit,
    "metrics.v1.Gauge.data_points": .unit,
    "metrics.v1.Sum.data_points": .unit,
    "metrics.v1.Histogram.data_points": .unit,
    "metrics.v1.ExponentialHistogram.data_points": .unit,
    "metrics.v1.Summary.data_points": .unit,
    "profiles.v1development.ScopeProfiles.profiles": .unit,
    "profiles.v1development.Profile.samples": .sample,
    "trace.v1.Span.trace_id": .traceID,
    "trace.v1.Span.span_id": .spanID,
    "trace.v1.Span.parent_span_id": .optionalID8,
    "trace.v1.Span.Link.trace_id": .optionalID16,
    "trace.v1.Span.Link.span_id": .optionalID8,
    "logs.v1.LogRecord.trace_id": .optionalID16,
    "logs.v1.LogRecord.span_id": .optionalID8,
    "metrics.v1.Exemplar.trace_id": .optionalID16,
    "metrics.v1.Exemplar.span_id": .optionalID8,
    "metrics.v1.HistogramDataPoint.bucket_counts": .bucketCounts,
    "metrics.v1.HistogramDataPoint.explicit_bounds": .explicitBounds,
    "profiles.v1development.Profile.profile_id": .optionalID16,
  ]
}
