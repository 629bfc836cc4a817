import Bytes
import Diagnostics
import Dispatch
import GRPC
import Queues
import Sockets
import Synchronization
import Transport

/// Answers calls with their own message; the method chooses what goes wrong.
final class EchoCalls: GRPCHandler {
  let cancelled = Mutex(0)
  let received = Mutex(0)
  let held = Mutex<[ShardBound<GRPCServerCall>]>([])

  func handles(path: String) -> Bool { path.hasPrefix("/t.T/") && path != "/t.T/Unknown" }

  func begin(_ call: GRPCServerCall) {
    call.onCancel = { [self] in cancelled.withLock { $0 += 1 } }
    if call.path == "/t.T/Refuse" { call.fail(GRPCStatus(.unauthenticated, "who are you")) }
    if call.path == "/t.T/Full" {
      call.admit = { (count) throws(GRPCStatus) in
        throw GRPCStatus(.unavailable, "no room for \(count)")
      }
    }
  }

  func receive(_ call: GRPCServerCall, message: ByteSlice) {
    received.withLock { $0 += 1 }
    switch call.path {
    case "/t.T/Never": return
    case "/t.T/Hold": held.withLock { $0.append(call.bound) }
    default: call.respond(message: message)
    }
  }

  /// Answers the calls that were held.
  func release() {
    for call in held.withLock({ $0 }) { call.shard.post { call.value.respond() } }
  }
}

/// A gRPC server on a port of its own and a client on a shard of its own.
final class RunningCalls: Sendable {
  let shards: Shards
  let handler = EchoCalls()
  let server: GRPCServer
  let address: SocketAddress
  private let client: ShardBound<GRPCClient>

  init(
    settings: GRPCServerSettings = .init(), client clientSettings: GRPCClientSettings = .init(),
    at wanted: SocketAddress = .tcp(host: "127.0.0.1", port: 0),
    clock: any ShardClock = SystemClock.shared,
    metrics: MetricsScope = MetricsScope(MetricsRegistry())
  ) async throws {
    let shards = try Shards(count: 2, clock: clock)
    self.shards = shards
    server = GRPCServer(settings: settings, handler: handler, shards: shards, metrics: metrics)
    try server.start(on: wanted)
    let address = server.boundAddress ?? wanted
    self.address = address
    let shard = shards.all[0]
    client = await withCheckedContinuation { done in
      shard.post {
        let made = GRPCClient(
          to: address, settings: clientSettings, shard: shard, metrics: metrics)
        done.resume(returning: ShardBound(confined: made, to: shard))
      }
    }
  }

  func call(
    _ method: String, _ message: [ByteSlice], encoding: GRPCEncoding = .identity,
    timeout: Duration = .seconds(20)
  ) async -> Result<GRPCResponse, TransportError> {
    await withCheckedContinuation { done in
      client.shard.post { [client] in
        let request = GRPCRequest(path: "/t.T/" + method, message: message, encoding: encoding)
        client.value.call(request, timeout: timeout) { done.resume(returning: $0) }
      }
    }
  }

  func settle() async {
    for _ in 0..<4 {
      for shard in shards.all {
        await withCheckedContinuation { done in shard.post { done.resume() } }
      }
    }
  }

  func stopClient() {
    client.shard.post { [client] in client.value.stop() }
  }

  func stop() async {
    stopClient()
    await withCheckedContinuation { done in server.stop(by: .now() + 5.0) { done.resume() } }
    shards.close()
  }
}

extension Result where Success == GRPCResponse, Failure == TransportError {
  var status: GRPCStatus? { try? get().status }
  var message: ByteSlice? { try? get().message }
  var error: TransportError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
