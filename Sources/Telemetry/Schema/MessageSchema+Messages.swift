extension MessageSchema {
  /// The request of the traces service.
  public static let exportTraceRequest = SchemaTable.shared.message(
    "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest")
  /// The response of the traces service.
  public static let exportTraceResponse = SchemaTable.shared.message(
    "opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse")
  /// The request of the metrics service.
  public static let exportMetricsRequest = SchemaTable.shared.message(
    "opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest")
  /// The response of the metrics service.
  public static let exportMetricsResponse = SchemaTable.shared.message(
    "opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse")
  /// The request of the logs service.
  public static let exportLogsRequest = SchemaTable.shared.message(
    "opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest")
  /// The response of the logs service.
  public static let exportLogsResponse = SchemaTable.shared.message(
    "opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse")
  /// The request of the profiles service.
  public static let exportProfilesRequest = SchemaTable.shared.message(
    "opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest")
  /// The response of the profiles service.
  public static let exportProfilesResponse = SchemaTable.shared.message(
    "opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceResponse")
  /// An attribute.
  public static let keyValue = SchemaTable.shared.message(
    "opentelemetry.proto.common.v1.KeyValue")
  /// A value of any type; refers to itself through arrays and maps.
  public static let anyValue = SchemaTable.shared.message(
    "opentelemetry.proto.common.v1.AnyValue")
  /// A span.
  public static let span = SchemaTable.shared.message(
    "opentelemetry.proto.trace.v1.Span")
  /// A metric with its data points.
  public static let metric = SchemaTable.shared.message(
    "opentelemetry.proto.metrics.v1.Metric")
  /// A profile.
  public static let profile = SchemaTable.shared.message(
    "opentelemetry.proto.profiles.v1development.Profile")
  /// Why a call failed: code, message and details.
  public static let status = SchemaTable.shared.message(
    "google.rpc.Status")

  /// The request in which `signal` is exported.
  public static func request(for signal: Signal) -> MessageSchema {
    switch signal {
    case .traces: exportTraceRequest
    case .metrics: exportMetricsRequest
    case .logs: exportLogsRequest
    case .profiles: exportProfilesRequest
    }
  }

  /// The response to an export of `signal`.
  public static func response(for signal: Signal) -> MessageSchema {
    switch signal {
    case .traces: exportTraceResponse
    case .metrics: exportMetricsResponse
    case .logs: exportLogsResponse
    case .profiles: exportProfilesResponse
    }
  }
}
