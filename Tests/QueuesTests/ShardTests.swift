import Dispatch
import Queues
import Synchronization
import Testing

@Suite struct ShardTests {
  @Test("work posted from another thread runs on the shard in order")
  func postedWorkRunsInOrder() async throws {
    let shard = try Shard(index: 0)
    let seen = Mutex<[Int]>([])
    await withCheckedContinuation { done in
      for number in 0..<1000 {
        shard.post { seen.withLock { $0.append(number) } }
      }
      shard.post {
        #expect(shard.isCurrent)
        done.resume()
      }
    }
    #expect(seen.withLock { $0 } == Array(0..<1000))
    shard.close()
  }

  @Test("timers fire in order of their deadlines, and only when the clock has reached them")
  func timersFollowTheClock() async throws {
    let clock = ManualClock()
    let shard = try Shard(index: 0, clock: clock)
    let fired = Mutex<[String]>([])
    await withCheckedContinuation { done in
      shard.post {
        shard.schedule(after: .seconds(2)) { fired.withLock { $0.append("late") } }
        shard.schedule(after: .seconds(1)) { fired.withLock { $0.append("early") } }
        let dropped = shard.schedule(after: .seconds(1)) { fired.withLock { $0.append("never") } }
        dropped.cancel()
        done.resume()
      }
    }
    clock.advance(by: .milliseconds(1500))
    await withCheckedContinuation { done in shard.post { done.resume() } }
    await withCheckedContinuation { done in shard.post { done.resume() } }
    #expect(fired.withLock { $0 } == ["early"])
    clock.advance(by: .milliseconds(500))
    await withCheckedContinuation { done in shard.post { done.resume() } }
    await withCheckedContinuation { done in shard.post { done.resume() } }
    #expect(fired.withLock { $0 } == ["early", "late"])
    shard.close()
  }

  @Test("a timer on the system's clock wakes a resting shard")
  func systemTimerWakes() async throws {
    let shard = try Shard(index: 0)
    await withCheckedContinuation { done in
      shard.post { shard.schedule(after: .milliseconds(30)) { done.resume() } }
    }
    shard.close()
  }

  @Test("a finisher runs once at the end of the turn that asked for it, behind the turn's work")
  func finishersRunAtTheEnd() async throws {
    final class Finisher: TurnFinisher, Sendable {
      let seen: Mutex<[String]> = Mutex([])
      let done: @Sendable ([String]) -> Void

      init(_ done: @escaping @Sendable ([String]) -> Void) { self.done = done }

      func finishTurn() {
        seen.withLock { $0.append("finish") }
        done(seen.withLock { $0 })
      }
    }
    let shard = try Shard(index: 0)
    let seen = await withCheckedContinuation { (done: CheckedContinuation<[String], Never>) in
      shard.post {
        let finisher = Finisher { done.resume(returning: $0) }
        shard.atEndOfTurn(finisher)
        finisher.seen.withLock { $0.append("work") }
      }
    }
    #expect(seen == ["work", "finish"])
    shard.close()
  }
}
