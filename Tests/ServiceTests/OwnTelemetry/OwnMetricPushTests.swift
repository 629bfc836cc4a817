import Bytes
import Compression
import Configuration
import Diagnostics
import Dispatch
import GRPC
import HTTPTypes
import Queues
import Sockets
import Synchronization
import Telemetry
import TestSupport
import Testing
import Transport

@testable import Service

/// A gRPC backend that keeps its messages.
private final class GRPCBackend: GRPCHandler {
  let messages = Mutex<[(path: String, message: ByteSlice)]>([])

  func handles(path: String) -> Bool { true }
  func begin(_ call: GRPCServerCall) {}
  func receive(_ call: GRPCServerCall, message: ByteSlice) {
    messages.withLock { $0.append((call.path, message)) }
    call.respond()
  }
}

@Suite(.timeLimit(.minutes(1))) struct OwnMetricPushTests {
  private func itemCount(_ body: ByteSlice) throws -> Int {
    try RequestValidator.validate(body, signal: .metrics).payload.itemCount
  }

  private func registry() -> MetricsRegistry {
    let registry = MetricsRegistry()
    registry.counter("otelcol_receiver_accepted_spans", []).add(3)
    return registry
  }

  private func push(_ config: OwnMetricPushConfig) -> OwnMetricPush {
    OwnMetricPush(config, registry: registry(), resource: [("a", "b")], log: .discarding)
  }

  @Test("sends in each interval, counts what is not taken, and sends once more when it closes")
  func periodic() async throws {
    let shards = try Shards(count: 1)
    let backend = HTTPBackend(statuses: [200, 503])
    let server = HTTPServer(handler: backend, shards: shards)
    try server.start(on: .tcp(host: "127.0.0.1", port: 0))
    var config = OwnMetricPushConfig(
      OwnBackendConfig(.metrics, address: try #require(server.boundAddress)))
    config.interval = .milliseconds(1)
    config.backend.headers = [("token", Secret("t"))]
    config.backend.isCompressed = true
    let push = push(config)
    push.open(on: shards.all[0])
    await backend.received(3)
    push.close(by: .now() + .seconds(5))
    let requests = backend.requests
    #expect(requests.allSatisfy { $0.path == "/v1/metrics" })
    #expect(requests.allSatisfy { $0.fields.first("token") == "t" })
    #expect(requests.allSatisfy { $0.fields.first("content-encoding") == "gzip" })
    var decompressor = Decompressor()
    let compressed = requests[0].body
    let body = try decompressor.decompress(compressed.span, .gzip, limit: 1 << 20)
    #expect(try itemCount(body) == 1)
    #expect(push.lost.value == 1)
    #expect(requests.count >= 4)
    await withCheckedContinuation { done in
      server.stop(by: .now() + .seconds(5)) { done.resume() }
    }
    shards.close()
  }

  @Test("over gRPC, an interval that never passes still has its last export")
  func grpc() async throws {
    let shards = try Shards(count: 1)
    let backend = GRPCBackend()
    let server = GRPCServer(handler: backend, shards: shards)
    try server.start(on: .tcp(host: "127.0.0.1", port: 0))
    let tree: ConfigTree = [
      "exporter": ["otlp_grpc": ["endpoint": "http://127.0.0.1:1", "compression": "gzip"]]
    ]
    let read = OwnMetricPushConfig(
      from: ConfigSection(tree.node, path: "p", problems: ConfigProblems()))
    var config = try #require(read)
    config.backend.address = try #require(server.boundAddress)
    let push = push(config)
    push.open(on: shards.all[0])
    push.close(by: .now() + .seconds(5))
    push.close(by: .now() + .seconds(5))
    let messages = backend.messages.withLock { $0 }
    #expect(
      messages.map(\.path) == [
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
      ])
    #expect(try messages.map { try itemCount($0.message) } == [1])
    await withCheckedContinuation { done in
      server.stop(by: .now() + .seconds(5)) { done.resume() }
    }
    shards.close()
  }

  @Test("a backend that never answers holds the stop up no longer than the deadline")
  func bounded() throws {
    let shards = try Shards(count: 1)
    // Connections are taken by the system and never answered.
    let listener = try SilentListener()
    let push = push(
      OwnMetricPushConfig(
        OwnBackendConfig(.metrics, address: .tcp(host: "127.0.0.1", port: listener.port))))
    push.open(on: shards.all[0])
    let start = ContinuousClock.now
    push.close(by: .now() + .milliseconds(50))
    #expect(ContinuousClock.now - start < .seconds(3))
    shards.close()
  }
}
