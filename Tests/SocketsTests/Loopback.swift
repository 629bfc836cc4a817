import Bytes
import Diagnostics
import Queues
import Sockets
import Synchronization

/// A stream's delegate that keeps what happened; confined to the stream's shard.
final class RecordingDelegate: ByteStreamDelegate {
  var received: [UInt8] = []
  var isPeerClosed = false
  var isClosed = false
  var error: SystemError?
  var drainCount = 0
  var onReceived: () -> Void = {}
  var onProduce: () -> Void = {}

  func received(_ bytes: Span<UInt8>) {
    received.append(contentsOf: Array(copying: bytes))
    onReceived()
  }

  func peerClosed() { isPeerClosed = true }
  func produceOutput() { onProduce() }
  func drained() { drainCount += 1 }

  func closed(_ error: SystemError?) {
    isClosed = true
    self.error = error
  }
}

/// Two ends of a connection over loopback, on one shard; confined to it.
final class Pair {
  let client: StreamConnection
  let server: StreamConnection
  let atClient = RecordingDelegate()
  let atServer = RecordingDelegate()

  init(client: StreamConnection, server: StreamConnection) {
    self.client = client
    self.server = server
    client.delegate = atClient
    server.delegate = atServer
  }
}

/// A listener, a shard, and connections between them.
final class Loopback: Sendable {
  let shards: Shards
  let listener: Listener
  let shard: Shard
  private let box = AcceptedBox()

  init(
    _ address: SocketAddress = .tcp(host: "127.0.0.1", port: 0), settings: StreamSettings = .init(),
    clock: any ShardClock = SystemClock.shared, shardCount: Int = 1, refused: Counter = Counter()
  ) throws {
    shards = try Shards(count: shardCount, clock: clock)
    shard = shards.all[0]
    listener = try Listener(
      address, shards: shards.all, settings: settings, log: .discarding, refused: refused,
      accepted: { [box] connection in
        let bound = ShardBound(confined: connection, to: connection.shard)
        box.connections.withLock { $0.append(bound) }
      })
  }

  /// The accepted connections of each shard.
  var acceptedCounts: [Int] {
    let indices = box.connections.withLock { $0.map(\.shard.index) }
    return shards.all.map { shard in indices.count { $0 == shard.index } }
  }

  var acceptedCount: Int { box.connections.withLock { $0.count } }

  /// Runs `body` on the shard and waits for it.
  func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { done in shard.post { done.resume(returning: body()) } }
  }

  /// A new connection, seen from both ends.
  func connect(_ settings: StreamSettings = .init()) async throws -> ShardBound<Pair> {
    let before = box.connections.withLock { $0.count }
    let target = listener.boundAddress
    let client: ShardBound<StreamConnection> = try await withCheckedThrowingContinuation { done in
      shard.post { [shard] in
        Connector(to: target, shard: shard, settings: settings).start(timeout: .seconds(10)) {
          done.resume(with: $0.map { ShardBound(confined: $0, to: shard) })
        }
      }
    }
    while box.connections.withLock({ $0.count }) == before { await run {} }
    let server = box.connections.withLock { $0[before] }
    return await run { [shard] in
      ShardBound(confined: Pair(client: client.value, server: server.value), to: shard)
    }
  }

  /// Waits until `condition` holds on the shard.
  func wait(_ condition: @escaping @Sendable () -> Bool) async {
    while await !run(condition) {}
  }

  func close() async {
    await withCheckedContinuation { done in listener.close { done.resume() } }
    shards.close()
  }
}

/// What a listener accepted.
final class AcceptedBox: Sendable {
  let connections = Mutex<[ShardBound<StreamConnection>]>([])
}
