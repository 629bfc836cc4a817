import Bytes
import Compression
import Dispatch
import GRPC
import Queues
import Sockets
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct GRPCCallTests {
  @Test("carries messages of every size there and back", arguments: [0, 1, 1000, 70_000, 4 << 20])
  func echo(size: Int) async throws {
    let running = try await RunningCalls()
    let message = ByteSlice((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    for _ in 0..<3 {
      let outcome = await running.call("Echo", [message])
      #expect(outcome.status == .ok)
      #expect(outcome.message == message)
    }
    await running.stop()
  }

  @Test("sends a message of several slices as one")
  func slices() async throws {
    let running = try await RunningCalls()
    let outcome = await running.call("Echo", [ByteSlice("ab"), ByteSlice("cde")])
    #expect(outcome.message == ByteSlice("abcde"))
    await running.stop()
  }

  @Test(
    "reads compressed messages",
    arguments: [
      (GRPCEncoding.gzip, CompressionCodec.gzip), (.deflate, .deflate), (.zstd, .zstd),
      (.snappy, .snappyFramed),
    ])
  func compressed(encoding: GRPCEncoding, codec: CompressionCodec) async throws {
    let running = try await RunningCalls()
    let message = ByteSlice([UInt8](repeating: 7, count: 100_000))
    var compressor = Compressor()
    let packed = try compressor.compress([message], codec)
    let outcome = await running.call("Echo", [packed], encoding: encoding)
    #expect(outcome.message == message)
    await running.stop()
  }

  @Test("refuses messages above the limit, on the wire and decompressed")
  func oversize() async throws {
    var settings = GRPCServerSettings()
    settings.maxReceiveMessageBytes = 1000
    let running = try await RunningCalls(settings: settings)
    let large = ByteSlice([UInt8](repeating: 7, count: 1_000_000))
    #expect(await running.call("Echo", [large]).status?.code == .resourceExhausted)
    var compressor = Compressor()
    let packed = try compressor.compress([large], .zstd)
    #expect(packed.count < 1000)
    let outcome = await running.call("Echo", [packed], encoding: .zstd)
    #expect(outcome.status?.code == .resourceExhausted)
    #expect(await running.call("Echo", [ByteSlice("x")]).status == .ok)
    await running.stop()
  }

  @Test("caps the response")
  func responseTooLarge() async throws {
    var settings = GRPCClientSettings()
    settings.maxResponseBytes = 10
    let running = try await RunningCalls(client: settings)
    let outcome = await running.call("Echo", [ByteSlice("more than ten bytes")])
    #expect(outcome.error == .responseTooLarge(limit: 10))
    await running.stop()
  }

  @Test("answers unknown methods, refusals and failed admission with their status")
  func refusals() async throws {
    let running = try await RunningCalls()
    let message = [ByteSlice("hello")]
    #expect(await running.call("Unknown", message).status?.code == .unimplemented)
    #expect(await running.call("Refuse", message).status?.code == .unauthenticated)
    let full = await running.call("Full", message).status
    #expect(full == GRPCStatus(.unavailable, "no room for 5"))
    await running.stop()
  }

  @Test("gives up at the timeout, and the server hears of it")
  func timeout() async throws {
    let running = try await RunningCalls()
    let outcome = await running.call("Never", [ByteSlice("x")], timeout: .milliseconds(50))
    #expect(outcome.error == .timedOut)
    while running.handler.cancelled.withLock({ $0 }) == 0 { await running.settle() }
    #expect(await running.call("Echo", [ByteSlice("x")]).status == .ok)
    await running.stop()
  }

  @Test("keeps to the peer's limit of concurrent calls and sends the others later")
  func concurrencyLimit() async throws {
    var settings = GRPCServerSettings()
    settings.maxConcurrentStreams = 3
    let running = try await RunningCalls(settings: settings)
    #expect(await running.call("Echo", []).status == .ok)
    await withTaskGroup(of: GRPCStatus?.self) { group in
      for _ in 0..<50 { group.addTask { await running.call("Hold", []).status } }
      while running.handler.received.withLock({ $0 }) < 4 { await running.settle() }
      await running.settle()
      #expect(running.handler.received.withLock { $0 } == 4)
      group.addTask {
        while running.handler.received.withLock({ $0 }) < 51 {
          running.handler.release()
          await running.settle()
        }
        running.handler.release()
        return .ok
      }
      for await status in group { #expect(status == .ok) }
    }
    await running.stop()
  }

  @Test("uses several connections when it may")
  func severalConnections() async throws {
    var settings = GRPCClientSettings()
    settings.pool.connectionCount = 4
    let running = try await RunningCalls(client: settings)
    await withTaskGroup(of: GRPCStatus?.self) { group in
      for _ in 0..<500 { group.addTask { await running.call("Echo", [ByteSlice("x")]).status } }
      for await status in group { #expect(status == .ok) }
    }
    await running.stop()
  }

  @Test("fails calls under way as stopped when the client stops")
  func stopClient() async throws {
    let running = try await RunningCalls()
    async let outcome = running.call("Never", [ByteSlice("x")])
    while running.handler.received.withLock({ $0 }) == 0 { await running.settle() }
    running.stopClient()
    #expect(await outcome.error == .stopped)
    #expect(await running.call("Echo", []).error == .stopped)
    await running.stop()
  }

  @Test("finishes running calls when the server drains, and refuses new connections")
  func drain() async throws {
    let running = try await RunningCalls()
    async let outcome = running.call("Hold", [ByteSlice("x")])
    while running.handler.received.withLock({ $0 }) == 0 { await running.settle() }
    let hasStopped = Mutex(false)
    running.server.stop(by: .now() + 10.0) { hasStopped.withLock { $0 = true } }
    await running.settle()
    running.handler.release()
    #expect(await outcome.status == .ok)
    while !hasStopped.withLock({ $0 }) { await running.settle() }
    guard case .cannotConnect(let reason)? = await running.call("Echo", []).error else {
      Issue.record("a stopped server was connected to")
      return
    }
    #expect(reason.contains("Connection refused"))
    await running.stop()
  }

  @Test("cuts calls that do not finish before the deadline of a stop")
  func cut() async throws {
    let running = try await RunningCalls()
    async let outcome = running.call("Never", [ByteSlice("x")])
    while running.handler.received.withLock({ $0 }) == 0 { await running.settle() }
    await withCheckedContinuation { done in
      running.server.stop(by: .now() + 0.05) { done.resume() }
    }
    guard case .connectionLost? = await outcome.error else {
      Issue.record("the call was not cut")
      return
    }
    await running.stop()
  }

  @Test("connects again after the server was restarted on the same port")
  func reconnects() async throws {
    var settings = GRPCClientSettings()
    settings.waitsForReady = true
    settings.pool.initialBackoff = .milliseconds(5)
    // An address of its own, so that no other test takes the port in between.
    let running = try await RunningCalls(
      client: settings, at: .tcp(host: "127.0.0.8", port: 0))
    #expect(await running.call("Echo", []).status == .ok)
    await withCheckedContinuation { done in
      running.server.stop(by: .now() + 5.0) { done.resume() }
    }
    async let waiting = running.call("Echo", [ByteSlice("again")])
    await running.settle()
    let second = GRPCServer(handler: EchoCalls(), shards: running.shards)
    try second.start(on: running.address)
    #expect(await waiting.message == ByteSlice("again"))
    running.stopClient()
    await withCheckedContinuation { done in second.stop(by: .now() + 5.0) { done.resume() } }
    await running.stop()
  }

  @Test("speaks over a Unix socket, whose file is gone after the stop")
  func unixSocket() async throws {
    let path = "/tmp/swiftlet-calls-\(UInt64.random(in: 0...UInt64.max)).sock"
    let running = try await RunningCalls(at: .unix(path: path))
    for _ in 0..<10 { #expect(await running.call("Echo", [ByteSlice("x")]).status == .ok) }
    await running.stop()
  }

  @Test("drains a connection that has reached its age, without failing a call")
  func maxAge() async throws {
    let clock = ManualClock()
    var settings = GRPCServerSettings()
    settings.keepalive.maxConnectionAge = .seconds(10)
    let running = try await RunningCalls(settings: settings, clock: clock)
    #expect(await running.call("Echo", []).status == .ok)
    for _ in 0..<20 {
      clock.advance(by: .seconds(3))
      #expect(await running.call("Echo", [ByteSlice("x")], timeout: .seconds(1000)).status == .ok)
    }
    await running.stop()
  }
}
