import Bytes
import Queues
import Sockets
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamConnectionTests {
  @Test("carries bytes in order, copied and shared ones mixed")
  func carries() async throws {
    let loopback = try Loopback()
    let pair = try await loopback.connect()
    let block = [UInt8](repeating: 7, count: 100_000)
    await loopback.run {
      for number in 0..<100 {
        pair.value.client.write(copying: [UInt8(number)].span)
        pair.value.client.write(ByteSlice(block))
      }
    }
    await loopback.wait { pair.value.atServer.received.count == 100 * 100_001 }
    let isRight = await loopback.run {
      (0..<100).allSatisfy { pair.value.atServer.received[$0 * 100_001] == UInt8($0) }
    }
    #expect(isRight)
    await loopback.close()
  }

  @Test("is congested above the high-water mark, and asks for more below the low one")
  func congestion() async throws {
    let loopback = try Loopback()
    let pair = try await loopback.connect(StreamSettings(highWater: 1 << 20, lowWater: 1 << 18))
    let asked = await loopback.run {
      pair.value.server.pauseReading()
      let client = pair.value.client
      let block = ByteSlice([UInt8](repeating: 7, count: 1 << 16))
      pair.value.atClient.onProduce = {
        while !client.isCongested { client.write(block) }
      }
      client.wantOutput()
      return client.queuedByteCount
    }
    #expect(asked == 0)
    await loopback.wait { pair.value.client.isCongested }
    let queued = await loopback.run { pair.value.client.queuedByteCount }
    #expect(queued <= (1 << 20) + (1 << 16))
    await loopback.run { pair.value.server.resumeReading() }
    await loopback.wait { pair.value.atServer.received.count > 20 << 20 }
    await loopback.run {
      pair.value.client.abort()
      pair.value.server.abort()
    }
    await loopback.close()
  }

  @Test("keeps writing to a peer that has closed its sending half")
  func halfClose() async throws {
    let loopback = try Loopback()
    let pair = try await loopback.connect()
    await loopback.run { pair.value.client.close(linger: .seconds(10)) }
    await loopback.wait { pair.value.atServer.isPeerClosed }
    await loopback.run {
      #expect(!pair.value.server.isClosed)
      pair.value.server.write(ByteSlice("late"))
      pair.value.server.close(linger: .seconds(10))
    }
    await loopback.wait { pair.value.atClient.isClosed && pair.value.atServer.isClosed }
    await loopback.run {
      #expect(pair.value.atClient.error == nil)
      #expect(pair.value.atServer.error == nil)
    }
    await loopback.close()
  }

  @Test("writes everything that is queued before it closes")
  func closesAfterDrain() async throws {
    let loopback = try Loopback()
    let pair = try await loopback.connect()
    await loopback.run {
      pair.value.client.write(ByteSlice([UInt8](repeating: 7, count: 30 << 20)))
      pair.value.client.close(linger: .seconds(30))
      pair.value.client.write(ByteSlice("not any more"))
    }
    await loopback.wait { pair.value.atServer.isPeerClosed }
    #expect(await loopback.run { pair.value.atServer.received.count } == 30 << 20)
    await loopback.close()
  }

  @Test("does not wait longer than the linger time for its peer")
  func lingers() async throws {
    let clock = ManualClock()
    let loopback = try Loopback(clock: clock)
    let pair = try await loopback.connect()
    await loopback.run { pair.value.client.close(linger: .seconds(2)) }
    await loopback.wait { pair.value.atServer.isPeerClosed }
    #expect(await loopback.run { !pair.value.atClient.isClosed })
    clock.advance(by: .seconds(3))
    await loopback.wait { pair.value.atClient.isClosed }
    await loopback.close()
  }

  @Test("notices a reset while it does not read, without turning in circles")
  func resetWhilePaused() async throws {
    let loopback = try Loopback()
    let pair = try await loopback.connect()
    await loopback.run {
      pair.value.server.pauseReading()
      pair.value.client.write(ByteSlice("unread"))
      pair.value.server.write(ByteSlice("unread"))
      pair.value.client.pauseReading()
    }
    await loopback.run {}
    // Closing a socket with unread bytes resets the connection.
    await loopback.run { pair.value.client.abort() }
    await loopback.wait { pair.value.atServer.isClosed }
    #expect(await loopback.run { pair.value.atServer.error?.call == "recv" })
    await loopback.close()
  }
}
