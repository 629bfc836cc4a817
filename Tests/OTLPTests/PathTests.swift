import Telemetry
import Testing

@testable import OTLP

@Suite struct PathTests {
  @Test(
    "OTLP rule 18: each signal has its gRPC method and its HTTP path",
    arguments: [
      (Signal.traces, "trace.v1.TraceService", "/v1/traces"),
      (.metrics, "metrics.v1.MetricsService", "/v1/metrics"),
      (.logs, "logs.v1.LogsService", "/v1/logs"),
      (.profiles, "profiles.v1development.ProfilesService", "/v1development/profiles"),
    ])
  func paths(signal: Signal, service: String, path: String) {
    let method = "/opentelemetry.proto.collector.\(service)/Export"
    #expect(signal.grpcPath == method)
    #expect(Signal(grpcPath: method) == signal)
    #expect(Signal(grpcPath: method[...]) == signal)
    #expect(signal.httpPath == path)
  }

  @Test("other methods belong to no signal", arguments: ["", "/", "/v1/traces"])
  func unknown(path: String) {
    #expect(Signal(grpcPath: path) == nil)
  }

  @Test(
    "OTLP rule 19: content types, whatever their case and parameters",
    arguments: [
      ("application/json", OTLPEncoding.json), ("Application/JSON", .json),
      ("application/json; charset=utf-8", .json), ("application/json ;x", .json),
      ("application/x-protobuf", .protobuf), ("application/protobuf", nil), ("text/plain", nil),
      ("", nil), ("application/jsonx", nil),
    ] as [(String, OTLPEncoding?)])
  func contentTypes(text: String, encoding: OTLPEncoding?) {
    #expect(OTLPEncoding(contentType: text) == encoding)
  }
}
