/// A level of a request at which conditions look and edits act, from the outermost in.
public enum RewriteContext: Int, Sendable, Comparable, CaseIterable {
  /// What produced the telemetry.
  case resource
  /// The instrumentation library.
  case scope
  /// A metric with its data points; it has fields and no attributes.
  case metric
  /// A span, data point or log record.
  case item
  /// An event of a span.
  case event

  /// Whether `left` lies further out.
  public static func < (left: RewriteContext, right: RewriteContext) -> Bool {
    left.rawValue < right.rawValue
  }
}
