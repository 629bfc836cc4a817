import Bytes
import Components
import Diagnostics
import GRPC
import HTTPTypes
import Queues
import Sockets
import Telemetry
import TestSupport
import Transport

@testable import Receivers

/// An OTLP receiver on ports of its own, and a client for each protocol.
final class ReceiverRig: Sendable {
  let rig: TestRig
  let receiver: OTLPReceiver
  private let grpc: ShardBound<GRPCClient>
  private let http: ShardBound<HTTPClient>

  init(
    _ next: any Consumer, memoryLimit: Int = 1 << 30, limit: Int = 64 << 20
  ) async throws {
    let rig = try TestRig(shards: 2, memoryLimit: memoryLimit)
    self.rig = rig
    var grpcConfig = OTLPGRPCServerConfig(address: ReceiverRig.anyPort)
    grpcConfig.messageLimit = limit
    var httpConfig = OTLPHTTPServerConfig(address: ReceiverRig.anyPort)
    httpConfig.bodyLimit = limit
    receiver = OTLPReceiver(
      OTLPReceiverConfig(grpc: grpcConfig, http: httpConfig), rig.settings(),
      [.traces: next, .logs: next])
    try receiver.start(rig.host)
    let (grpcAddress, httpAddress) = (
      receiver.addresses.grpc ?? ReceiverRig.anyPort, receiver.addresses.http ?? ReceiverRig.anyPort
    )
    let shard = rig.shards.all[0]
    (grpc, http) = await withCheckedContinuation { done in
      shard.post {
        done.resume(
          returning: (
            ShardBound(confined: GRPCClient(to: grpcAddress, shard: shard), to: shard),
            ShardBound(confined: HTTPClient(to: httpAddress, shard: shard), to: shard)
          ))
      }
    }
  }

  static let anyPort = SocketAddress.tcp(host: "127.0.0.1", port: 0)

  func export(
    _ message: ByteSlice, _ path: String = "opentelemetry.proto.collector.trace.v1.TraceService",
    encoding: GRPCEncoding = .identity
  ) async throws -> GRPCResponse {
    try await withCheckedContinuation { done in
      grpc.shard.post { [grpc] in
        let request = GRPCRequest(path: "/\(path)/Export", message: [message], encoding: encoding)
        grpc.value.call(request, timeout: .seconds(20)) { done.resume(returning: $0) }
      }
    }.get()
  }

  func post(
    _ body: ByteSlice, _ fields: [String: String] = ["content-type": "application/x-protobuf"],
    path: String = "/v1/traces", method: String = "POST"
  ) async throws -> HTTPClientResponse {
    var all = HTTPFields()
    for (name, value) in fields { all.append(name, value) }
    let head = HTTPRequestHead(method: method, target: path, authority: "test", fields: all)
    return try await withCheckedContinuation { done in
      http.shard.post { [http] in
        http.value.call(HTTPClientRequest(head: head, body: [body]), timeout: .seconds(20)) {
          done.resume(returning: $0)
        }
      }
    }.get()
  }

  /// The requests for spans that were not taken, by reason; only reasons that occurred.
  func refusals(_ transport: String) -> [String: Int] {
    var found: [String: Int] = [:]
    for sample in rig.registry.samples()
    where sample.key.name == "swiftlet_receiver_refused_requests" && sample.value > 0 {
      let labels = Dictionary(uniqueKeysWithValues: sample.key.labels.map { ($0.name, $0.value) })
      guard labels["transport"] == transport, let reason = labels["reason"] else { continue }
      found[reason, default: 0] += sample.value
    }
    return found
  }

  func stop() async {
    grpc.shard.post { [grpc, http] in
      grpc.value.stop()
      http.value.stop()
    }
    await TestSupport.stop(receiver)
  }
}
