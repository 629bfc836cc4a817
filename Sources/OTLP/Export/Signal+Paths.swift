public import Telemetry

extension Signal {
  /// The path of the signal's `Export` method in gRPC.
  public var grpcPath: String {
    switch self {
    case .traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
    case .metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
    case .logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
    case .profiles: "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export"
    }
  }

  /// The default path in OTLP/HTTP, behind an exporter's endpoint.
  public var httpPath: String {
    switch self {
    case .traces: "/v1/traces"
    case .metrics: "/v1/metrics"
    case .logs: "/v1/logs"
    case .profiles: "/v1development/profiles"
    }
  }

  /// The signal that the gRPC method at `grpcPath` exports, nil where there is none.
  public init?(grpcPath: some StringProtocol) {
    guard let signal = Signal.allCases.first(where: { $0.grpcPath == grpcPath }) else {
      return nil
    }
    self = signal
  }
}
