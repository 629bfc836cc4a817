import Bytes
import Components
import Dispatch
import ExporterSupport
import GRPC
import Queues
import Sockets
import Telemetry
import TestSupport
import Testing
import Transport

@testable import Exporters

@Suite(.timeLimit(.minutes(1))) struct OTLPExporterTests {
  /// One exporter over one protocol.
  enum Kind: String, CaseIterable, Sendable {
    case grpc
    case http
  }

  /// A backend, and an exporter of one kind that sends to it.
  private struct Running {
    let rig: TestRig
    let exporter: any Exporter
    let recorder = DeliveryRecorder()
    private let stopBackend: @Sendable (@escaping @Sendable () -> Void) -> Void

    init(_ kind: Kind, _ backend: OTLPBackend, timeout: Duration = .seconds(5)) throws {
      let rig = try TestRig(shards: 2)
      let address: SocketAddress
      switch kind {
      case .grpc:
        let server = GRPCServer(handler: backend, shards: rig.shards)
        try server.start(on: .tcp(host: "127.0.0.1", port: 0))
        address = try #require(server.boundAddress)
        stopBackend = { server.stop(by: .now() + .seconds(5), $0) }
      case .http:
        let server = HTTPServer(handler: backend, shards: rig.shards)
        try server.start(on: .tcp(host: "127.0.0.1", port: 0))
        address = try #require(server.boundAddress)
        stopBackend = { server.stop(by: .now() + .seconds(5), $0) }
      }
      self.rig = rig
      exporter = OTLPExporterTests.exporter(
        kind, address, rig, DeliveryConfig(timeout: timeout))
      try exporter.start(rig.host)
    }

    func offer(_ count: Int) throws {
      try exporter.consume(BatchBuilder.spans(count, delivery: recorder.delivery()))
    }

    func stop() async {
      await TestSupport.stop(exporter)
      await withCheckedContinuation { done in stopBackend { done.resume() } }
    }
  }

  private static func exporter(
    _ kind: Kind, _ address: SocketAddress, _ rig: TestRig, _ delivery: DeliveryConfig
  ) -> any Exporter {
    switch kind {
    case .grpc:
      return OTLPGRPCExporter(
        OTLPGRPCExporterConfig(address: address, delivery: delivery), rig.settings())
    case .http:
      let endpoint = HTTPEndpoint(address: address, authority: "test", target: "/v1/traces")
      return OTLPHTTPExporter(
        OTLPHTTPExporterConfig(endpoints: [.traces: endpoint], delivery: delivery), rig.settings())
    }
  }

  @Test("keeps the rules of life that all components share", arguments: Kind.allCases)
  func lifeCycle(kind: Kind) async throws {
    // Nobody listens on port 1: what is held at the stop is lost, which settles it.
    let retry = RetryConfig(isEnabled: false)
    try await checkLifeCycle { rig, _ in
      Self.exporter(
        kind, .tcp(host: "127.0.0.1", port: 1), rig, DeliveryConfig(retry: retry))
    }
  }

  @Test("sends the bytes of a batch as they are, and settles it", arguments: Kind.allCases)
  func delivers(kind: Kind) async throws {
    let backend = OTLPBackend()
    let running = try Running(kind, backend)
    try running.offer(3)
    await running.recorder.settled(atLeast: 1)
    #expect(running.recorder.deliveredCount == 1)
    #expect(backend.received.map(\.body) == [BatchBuilder.payload(.traces, 3).joined()])
    let path =
      kind == .grpc
      ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces"
    #expect(backend.received.map(\.path) == [path])
    await running.stop()
  }

  @Test("what is refused for good is dropped and counted", arguments: Kind.allCases)
  func permanent(kind: Kind) async throws {
    let backend = OTLPBackend([kind == .grpc ? .grpc(GRPCStatus(.internal, "no")) : .http(400)])
    let running = try Running(kind, backend)
    try running.offer(3)
    await running.recorder.settled(atLeast: 1)
    #expect(running.recorder.errors[0]?.isRetryable == false)
    #expect(running.rig.metric("otelcol_exporter_send_failed_spans") == 3)
    await running.stop()
  }

  @Test("a batch that the backend finds too large arrives in halves", arguments: Kind.allCases)
  func tooLarge(kind: Kind) async throws {
    let refusal =
      kind == .grpc
      ? OTLPBackend.Answer.grpc(GRPCStatus(.resourceExhausted, "larger than max")) : .http(413)
    let backend = OTLPBackend([refusal])
    let running = try Running(kind, backend)
    try running.offer(8)
    await running.recorder.settled(atLeast: 1)
    #expect(running.recorder.deliveredCount == 1)
    #expect(backend.received.count == 3)
    #expect(running.rig.metric("otelcol_exporter_sent_spans") == 8)
    await running.stop()
  }

  @Test(
    "a partial success is delivered, and what was rejected is counted", arguments: Kind.allCases)
  func partialSuccess(kind: Kind) async throws {
    // partial_success { rejected_spans: 2, error_message: "no" }
    let backend = OTLPBackend([.response([10, 6, 8, 2, 18, 2, 110, 111])])
    let running = try Running(kind, backend)
    try running.offer(5)
    await running.recorder.settled(atLeast: 1)
    #expect(running.recorder.deliveredCount == 1)
    #expect(running.rig.metric("otelcol_exporter_sent_spans") == 3)
    #expect(running.rig.metric("otelcol_exporter_send_failed_spans") == 2)
    await running.stop()
  }

  @Test("what is not answered in time is sent again", arguments: Kind.allCases)
  func timeout(kind: Kind) async throws {
    let backend = OTLPBackend([.none])
    let running = try Running(kind, backend, timeout: .seconds(5))
    try running.offer(1)
    while backend.received.isEmpty { await running.rig.drain() }
    await running.rig.advance(by: .seconds(5))
    #expect(running.recorder.settledCount == 0)
    while running.recorder.settledCount == 0 { await running.rig.advance(by: .seconds(1)) }
    #expect(running.recorder.deliveredCount == 1)
    #expect(backend.received.count == 2)
    await running.stop()
  }

  @Test("a request above 64 MiB is not sent but halved", arguments: Kind.allCases)
  func aboveTheLimit(kind: Kind) async throws {
    let backend = OTLPBackend()
    let running = try Running(kind, backend, timeout: .zero)
    let text = String(repeating: "x", count: 40 << 20)
    var payload = BatchBuilder.payload(.traces, 1, service: text)
    payload.append(payload)
    try running.exporter.consume(
      TelemetryBatch(
        signal: .traces, payload: payload, origin: Origin(),
        delivery: running.recorder.delivery()))
    await running.recorder.settled(atLeast: 1)
    // The backend takes 4 MiB over gRPC: what matters is that no request had both items.
    #expect(running.rig.metric("otelcol_exporter_queue_batch_send_size_count") == 3)
    #expect(backend.received.count == (kind == .http ? 2 : 0))
    await running.stop()
  }
}
