import Queues
import Testing

@testable import Transport

@Suite struct PingPolicyTests {
  private func pings(
    every interval: Duration, count: Int, policy: PingPolicy = PingPolicy(), hasStreams: Bool
  ) -> Int? {
    var strikes = PingStrikes(policy)
    var now = MonotonicTime(nanoseconds: 0)
    for number in 1...count {
      if strikes.ping(at: now, hasStreams: hasStreams) { return number }
      now = now + interval
    }
    return nil
  }

  @Test("pings at the allowed pace are never too many")
  func allowedPace() {
    #expect(pings(every: .seconds(300), count: 20, hasStreams: true) == nil)
    #expect(pings(every: .seconds(7200), count: 20, hasStreams: false) == nil)
  }

  @Test("the third ping that comes too early is one too many")
  func earlyPings() {
    #expect(pings(every: .seconds(10), count: 20, hasStreams: true) == 4)
    #expect(pings(every: .seconds(300), count: 20, hasStreams: false) == 4)
  }

  @Test("a policy may allow the pace without requests too")
  func permitsWithoutStream() {
    var policy = PingPolicy()
    policy.permitsWithoutStream = true
    policy.minimumInterval = .seconds(5)
    #expect(pings(every: .seconds(5), count: 20, policy: policy, hasStreams: false) == nil)
  }

  @Test("an answer in between forgives what was counted")
  func forgiveness() {
    var strikes = PingStrikes(PingPolicy())
    for second in 0..<20 {
      let now = MonotonicTime(nanoseconds: Int64(second) * 1_000_000_000)
      let isTooMany = strikes.ping(at: now, hasStreams: true)
      #expect(!isTooMany)
      if second % 2 == 1 { strikes.forgive() }
    }
  }
}
