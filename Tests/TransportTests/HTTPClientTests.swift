import Bytes
import Diagnostics
import HTTPTypes
import Queues
import Sockets
import Synchronization
import Testing
import Transport

/// A server that echoes and a client on its first shard.
final class RunningClient: Sendable {
  let running: RunningServer
  private let client: ShardBound<HTTPClient>

  init(
    _ handler: any HTTPHandler, settings: HTTPClientSettings = .init(),
    server: HTTPServerSettings = .init(), clock: any ShardClock = SystemClock.shared,
    metrics: MetricsScope = MetricsScope(MetricsRegistry())
  ) async throws {
    let running = try RunningServer(handler, settings: server, clock: clock, metrics: metrics)
    self.running = running
    let shard = running.shards.all[0]
    client = await withCheckedContinuation { done in
      shard.post {
        let target = SocketAddress.tcp(host: "localhost", port: running.port)
        let made = HTTPClient(
          to: target, settings: settings, shard: shard, metrics: metrics)
        done.resume(returning: ShardBound(confined: made, to: shard))
      }
    }
  }

  func send(
    _ path: String, _ body: [ByteSlice] = [], timeout: Duration = .seconds(20)
  ) async -> Result<HTTPClientResponse, TransportError> {
    await withCheckedContinuation { done in
      client.shard.post { [client] in
        let head = HTTPRequestHead(method: "POST", target: path, authority: "")
        client.value.call(HTTPClientRequest(head: head, body: body), timeout: timeout) {
          done.resume(returning: $0)
        }
      }
    }
  }

  func stop() async {
    client.shard.post { [client] in client.value.stop() }
    await running.stop(within: 1)
  }
}

extension Result where Success == HTTPClientResponse, Failure == TransportError {
  var body: ByteSlice? { try? get().body }
  var failure: TransportError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
  private static func settings(http2: Bool) -> HTTPClientSettings {
    var settings = HTTPClientSettings()
    settings.usesHTTP2 = http2
    return settings
  }

  @Test("carries bodies there and back over both versions", arguments: [false, true])
  func echo(http2: Bool) async throws {
    let client = try await RunningClient(
      EchoHandler(limit: 4 << 20), settings: HTTPClientTests.settings(http2: http2))
    for size in [0, 1, 70_000, 3 << 20] {
      let body = ByteSlice((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      let parts = size < 2 ? [body] : [body[0..<size / 2], body[size / 2..<size]]
      #expect(await client.send("/", parts).body == body)
    }
    await client.stop()
  }

  @Test("sends many requests at once, also above its connections", arguments: [false, true])
  func manyAtOnce(http2: Bool) async throws {
    var settings = HTTPClientTests.settings(http2: http2)
    settings.maxConnections = 3
    let client = try await RunningClient(EchoHandler(), settings: settings)
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          let body = ByteSlice("number \(number)")
          return await client.send("/", [body]).body == body
        }
      }
      for await isRight in group { #expect(isRight) }
    }
    await client.stop()
  }

  @Test("gives up at the timeout and goes on with the next request", arguments: [false, true])
  func timeout(http2: Bool) async throws {
    let client = try await RunningClient(
      EchoHandler(), settings: HTTPClientTests.settings(http2: http2))
    #expect(await client.send("/never", timeout: .milliseconds(50)).failure == .timedOut)
    #expect(await client.send("/", [ByteSlice("x")]).body == ByteSlice("x"))
    await client.stop()
  }

  @Test("caps the response", arguments: [false, true])
  func responseTooLarge(http2: Bool) async throws {
    let client = try await RunningClient(
      EchoHandler(), settings: HTTPClientTests.settings(http2: http2))
    #expect(await client.send("/large").failure == .responseTooLarge(limit: 4 << 20))
    #expect(await client.send("/", [ByteSlice("x")]).body == ByteSlice("x"))
    await client.stop()
  }

  @Test("opens a new connection where the server does not keep them")
  func notKeptAlive() async throws {
    var server = HTTPServerSettings()
    server.keepsAlive = false
    let client = try await RunningClient(EchoHandler(), server: server)
    for _ in 0..<5 { #expect(await client.send("/", [ByteSlice("x")]).body == ByteSlice("x")) }
    await client.stop()
  }

  @Test("tells a refused connection, an unknown host and a broken peer apart")
  func failures() async throws {
    let shards = try Shards(count: 1)
    let shard = shards.all[0]
    func fail(_ target: SocketAddress) async -> TransportError? {
      await withCheckedContinuation { done in
        shard.post {
          let client = HTTPClient(to: target, shard: shard)
          let head = HTTPRequestHead(method: "GET", target: "/", authority: "")
          client.call(HTTPClientRequest(head: head), timeout: .seconds(20)) { outcome in
            client.stop()
            done.resume(returning: outcome.failure)
          }
        }
      }
    }
    let refused = await fail(.tcp(host: "127.0.0.1", port: 1))
    #expect(refused?.description.contains("Connection refused") == true)
    let unknown = await fail(.tcp(host: "no-such-host.invalid", port: 80))
    #expect(unknown?.description.contains("'no-such-host.invalid' has no address") == true)
    shards.close()
  }
}
