import Bytes
import Components
import Compression
import Diagnostics
import GRPC
import HTTPTypes
import Sockets
import Telemetry
import TestSupport
import Testing
import Transport

@testable import Receivers

@Suite(.timeLimit(.minutes(1))) struct OTLPReceiverTests {
  private static let spans = BatchBuilder.payload(.traces, 3).joined()

  @Test("keeps the rules of life that all components share")
  func lifeCycle() async throws {
    let make: MakeComponent = { rig, next in
      OTLPReceiver(
        OTLPReceiverConfig(
          grpc: OTLPGRPCServerConfig(address: ReceiverRig.anyPort),
          http: OTLPHTTPServerConfig(address: ReceiverRig.anyPort)),
        rig.settings(), [.traces: next])
    }
    let failing: MakeComponent = { rig, next in
      OTLPReceiver(
        OTLPReceiverConfig(
          grpc: OTLPGRPCServerConfig(address: ReceiverRig.anyPort),
          http: OTLPHTTPServerConfig(address: .unix(path: "/no/such/directory/socket"))),
        rig.settings(), [.traces: next])
    }
    try await checkLifeCycle(makeFailing: failing, of: make)
  }

  @Test("hands on the bytes as they came over gRPC, and answers with an empty response")
  func grpc() async throws {
    let next = CollectingConsumer()
    let test = try await ReceiverRig(next)
    let response = try await test.export(Self.spans)
    #expect(response.status == .ok)
    #expect(response.message.isEmpty)
    #expect(next.batches.map { $0.payload.joined() } == [Self.spans])
    #expect(test.rig.metric("otelcol_receiver_accepted_spans") == 3)
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test("hands on the bytes as they came over HTTP", arguments: [nil, CompressionCodec.zstd])
  func http(codec: CompressionCodec?) async throws {
    let next = CollectingConsumer()
    let test = try await ReceiverRig(next)
    var body = Self.spans
    var fields = ["content-type": "application/x-protobuf"]
    if let codec {
      var compressor = Compressor()
      body = try compressor.compress([body], codec)
      fields["content-encoding"] = codec.rawValue
    }
    let response = try await test.post(body, fields)
    #expect(response.head.status == 200)
    #expect(response.head.fields.first("content-type") == "application/x-protobuf")
    #expect(next.batches.map { $0.payload.joined() } == [Self.spans])
    await test.stop()
  }

  @Test("turns JSON into the bytes of the request and answers in JSON")
  func json() async throws {
    let next = CollectingConsumer()
    let test = try await ReceiverRig(next)
    let text = ByteSlice(
      #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}"#)
    let response = try await test.post(
      text, ["content-type": "application/json"], path: "/v1/logs")
    #expect(response.head.status == 200)
    #expect(response.body == ByteSlice("{}"))
    #expect(next.itemCount == 1)
    await test.stop()
  }

  @Test("what is no request is refused for good, and leaves no memory reserved")
  func malformed() async throws {
    let test = try await ReceiverRig(CollectingConsumer(), limit: 1000)
    let garbage = ByteSlice([UInt8](repeating: 0xFF, count: 100))
    let large = ByteSlice([UInt8](repeating: 0, count: 1001))
    #expect(try await test.export(garbage).status.code == .invalidArgument)
    #expect(try await test.export(garbage, encoding: .gzip).status.code == .internal)
    #expect(try await test.export(large).status.code == .resourceExhausted)
    #expect(try await test.export(Self.spans, "t.Unknown").status.code == .unimplemented)
    #expect(try await test.post(garbage).head.status == 400)
    #expect(try await test.post(large).head.status == 413)
    let coded = ["content-type": "application/x-protobuf", "content-encoding": "gzip"]
    #expect(try await test.post(garbage, coded).head.status == 400)
    let json = ["content-type": "application/json"]
    #expect(try await test.post(ByteSlice("{"), json).head.status == 400)
    // No bytes are an empty protobuf message, and no JSON at all.
    #expect(try await test.post(ByteSlice(""), json).head.status == 400)
    #expect(try await test.post(ByteSlice("")).head.status == 200)
    #expect(try await test.post(Self.spans, ["content-type": "text/plain"]).head.status == 415)
    #expect(try await test.post(Self.spans, method: "PUT").head.status == 405)
    #expect(try await test.post(Self.spans, path: "/v1/metrics").head.status == 404)
    await test.rig.drain()
    #expect(test.refusals("grpc") == ["malformed": 2, "too_large": 1])
    #expect(test.refusals("http") == ["malformed": 4, "too_large": 1, "unsupported": 1])
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test(
    "a refusal for now is UNAVAILABLE with RetryInfo, and 503 with Retry-After",
    arguments: [true, false])
  func refused(beforeTheBody: Bool) async throws {
    let next = ScriptedConsumer([.refuse(.queueFull), .refuse(.queueFull)])
    if beforeTheBody { next.setRefusal(.memoryPressure) }
    let test = try await ReceiverRig(next)
    let status = try await test.export(Self.spans).status
    #expect(status.code == .unavailable)
    #expect(status.details != nil)
    let response = try await test.post(Self.spans)
    #expect(response.head.status == 503)
    #expect(response.head.fields.first("retry-after") == "1")
    #expect(next.taken.isEmpty)
    let reason = beforeTheBody ? "memory_pressure" : "queue_full"
    for transport in ["grpc", "http"] { #expect(test.refusals(transport) == [reason: 1]) }
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test(
    "the items of requests that a full queue refuses are counted, its state known before or not")
  func countsRefusedItems() async throws {
    let next = ScriptedConsumer([.refuse(.queueFull), .refuse(.queueFull)])
    next.setRefusal(.queueFull)
    let test = try await ReceiverRig(next)
    #expect(try await test.export(Self.spans).status.code == .unavailable)
    #expect(try await test.post(Self.spans).head.status == 503)
    // There is room again when the third body has come.
    #expect(try await test.post(Self.spans).head.status == 200)
    let samples = test.rig.registry.samples()
    for (name, counts) in [("refused", [3, 3]), ("accepted", [0, 3])] {
      let found = samples.filter { $0.key.name == "otelcol_receiver_\(name)_spans" }
      #expect(found.map(\.value) == counts, "\(name)")
    }
    for transport in ["grpc", "http"] { #expect(test.refusals(transport) == ["queue_full": 1]) }
    await test.rig.drain()
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test("a request for which there is no memory is refused for now")
  func memory() async throws {
    let test = try await ReceiverRig(CollectingConsumer(), memoryLimit: 50)
    #expect(try await test.export(Self.spans).status.code == .unavailable)
    #expect(try await test.post(Self.spans).head.status == 503)
    for transport in ["grpc", "http"] {
      #expect(test.refusals(transport) == ["memory_pressure": 1])
    }
    await test.rig.drain()
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test("a body that would not fit into memory is refused for now, not decompressed")
  func bomb() async throws {
    let test = try await ReceiverRig(CollectingConsumer(), memoryLimit: 100_000)
    var compressor = Compressor()
    let zeros = ByteSlice([UInt8](repeating: 0, count: 5_000_000))
    let packed = try compressor.compress([zeros], .gzip)
    let coded = ["content-type": "application/x-protobuf", "content-encoding": "gzip"]
    #expect(try await test.post(packed, coded).head.status == 503)
    #expect(try await test.export(packed, encoding: .gzip).status.code == .unavailable)
    for transport in ["grpc", "http"] {
      #expect(test.refusals(transport) == ["memory_pressure": 1])
    }
    await test.rig.drain()
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test("memory stays reserved until the batch is delivered, also when its sender has gone")
  func cancelled() async throws {
    let next = ScriptedConsumer([.hold])
    let test = try await ReceiverRig(next)
    async let outcome = try? test.export(Self.spans)
    while next.held.isEmpty { await test.rig.drain() }
    #expect(test.rig.memory.heldByteCount >= Self.spans.count)
    await test.rig.advance(by: .seconds(21))
    #expect(await outcome == nil)
    await test.rig.drain()
    #expect(test.rig.memory.heldByteCount >= Self.spans.count)
    next.settleHeld(.success(()))
    await test.rig.drain()
    #expect(test.rig.memory.heldByteCount == 0)
    await test.stop()
  }

  @Test("a batch that fails for good later is INTERNAL and 500")
  func permanent() async throws {
    let failure = ScriptedConsumer.Step.settle(.failure(.permanent("no")))
    let test = try await ReceiverRig(ScriptedConsumer([failure, failure]))
    #expect(try await test.export(Self.spans).status == GRPCStatus(.internal, "no"))
    #expect(try await test.post(Self.spans).head.status == 500)
    #expect(test.rig.metric("otelcol_receiver_refused_spans") == 3)
    await test.stop()
  }
}
