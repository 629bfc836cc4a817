/// A field of a message besides its attributes: conditions look at it, and edits set it.
///
/// A field that a message does not have is absent there: conditions find it empty, edits leave the
/// message as it is.
public enum RewriteField: String, Sendable, CaseIterable {
  /// The name of a scope, metric, span or span event.
  case name
  /// The version of a scope.
  case version
  /// What a metric tells.
  case description
  /// The unit of a metric.
  case unit
  /// The kind of a span, a number from 0 to 5.
  case kind
  /// The code of a span's status: 0 unset, 1 ok, 2 error.
  case statusCode = "status.code"
  /// The message of a span's status.
  case statusMessage = "status.message"
  /// The severity of a log record, a number from 0 to 24.
  case severityNumber = "severity_number"
  /// The severity of a log record as its source calls it.
  case severityText = "severity_text"
  /// The body of a log record, a value of any kind.
  case body
  /// The trace's id in a span or log record, 16 bytes.
  case traceID = "trace_id"
  /// The span's id in a span or log record, 8 bytes.
  case spanID = "span_id"
  /// The id of a span's parent, 8 bytes; empty for a root.
  case parentSpanID = "parent_span_id"
  /// The W3C trace state of a span.
  case traceState = "trace_state"
  /// When a span or a data point's time began, in nanoseconds since 1970.
  case startTime = "start_time_unix_nano"
  /// When a span ended, in nanoseconds since 1970.
  case endTime = "end_time_unix_nano"
  /// When a span event, data point or log record was, in nanoseconds since 1970.
  case time = "time_unix_nano"
}
