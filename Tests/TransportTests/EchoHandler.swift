import Bytes
import Diagnostics
import Dispatch
import HTTPTypes
import Queues
import Sockets
import Synchronization
import Transport

/// Answers with the request's body; the path chooses what goes wrong.
final class EchoHandler: HTTPHandler {
  let cancelled = Mutex(0)
  let handled = Mutex(0)
  let limit: Int

  init(limit: Int = 1 << 20) {
    self.limit = limit
  }

  func handle(_ exchange: HTTPExchange) {
    handled.withLock { $0 += 1 }
    exchange.onCancel = { [self] in cancelled.withLock { $0 += 1 } }
    switch exchange.head.path {
    case "/never": return
    case "/early": exchange.respond(HTTPResponseHead(status: 200), body: [ByteSlice("early")])
    case "/block":
      exchange.respond(
        HTTPResponseHead(status: 200), body: [ByteSlice([UInt8](repeating: 0x61, count: 1 << 20))])
    case "/large":
      let block = ByteSlice([UInt8](repeating: 0x61, count: 1 << 20))
      exchange.respond(
        HTTPResponseHead(status: 200), body: Array(repeating: block, count: 64))
    case "/later":
      let bound = exchange.bound
      exchange.collectBody(limit: limit, admit: { _ in true }) { _ in
        bound.shard.post {
          bound.value.respond(HTTPResponseHead(status: 200), body: [ByteSlice("later")])
        }
      }
    default: echo(exchange)
    }
  }

  private func echo(_ exchange: HTTPExchange) {
    let isRefused = exchange.head.path == "/refused"
    exchange.collectBody(limit: limit, admit: { _ in !isRefused }) { outcome in
      switch outcome {
      case .success(let body): exchange.respond(HTTPResponseHead(status: 200), body: [body])
      case .failure(.tooLarge): exchange.respond(HTTPResponseHead(status: 413))
      case .failure(.refused): exchange.respond(HTTPResponseHead(status: 503))
      case .failure(.cancelled): break
      }
    }
  }
}

/// A server on a port of its own, with its shards.
final class RunningServer: Sendable {
  let shards: Shards
  let server: HTTPServer
  let port: UInt16

  init(
    _ handler: any HTTPHandler, settings: HTTPServerSettings = .init(), shardCount: Int = 1,
    clock: any ShardClock = SystemClock.shared,
    metrics: MetricsScope = MetricsScope(MetricsRegistry())
  ) throws {
    shards = try Shards(count: shardCount, clock: clock)
    server = HTTPServer(
      settings: settings, handler: handler, shards: shards, metrics: metrics)
    try server.start(on: .tcp(host: "127.0.0.1", port: 0))
    guard case .tcp(_, let port)? = server.boundAddress else { fatalError("no port") }
    self.port = port
  }

  /// Runs all that was posted to the shards so far, and what follows from it.
  func settle() async {
    for _ in 0..<4 {
      for shard in shards.all {
        await withCheckedContinuation { done in shard.post { done.resume() } }
      }
    }
  }

  /// Stops a server on a clock that stands still, which has to pass the time of a closing peer.
  func stop(followedBy clock: ManualClock) async {
    let hasStopped = Mutex(false)
    server.stop(by: .now() + 5.0) { hasStopped.withLock { $0 = true } }
    while !hasStopped.withLock({ $0 }) {
      await settle()
      clock.advance(by: .seconds(1))
    }
    shards.close()
  }

  func stop(within seconds: Double = 5) async {
    await withCheckedContinuation { done in
      server.stop(by: .now() + seconds) { done.resume() }
    }
    shards.close()
  }
}
