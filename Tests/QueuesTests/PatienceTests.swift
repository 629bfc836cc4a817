import Testing

@testable import Queues

@Suite struct PatienceTests {
  private let start = MonotonicTime(nanoseconds: 1_000_000_000)

  /// The wait after leaving and coming back `count` times, each time `gap` later.
  private func wait(after count: Int, gap: Duration, _ patience: inout Patience) -> Int32 {
    for _ in 0..<count {
      patience.leave(at: start)
      patience.comeBack(at: start + gap)
    }
    return patience.milliseconds
  }

  @Test("a shard that is woken again soon waits twice as long, up to the longest")
  func grows() {
    var patience = Patience()
    #expect(patience.milliseconds == 2)
    let waits = (0..<7).map { _ in wait(after: 1, gap: .milliseconds(13), &patience) }
    #expect(waits == [4, 8, 16, 32, 64, 64, 64])
  }

  @Test("one long pause makes it short again")
  func shrinks() {
    var patience = Patience()
    _ = wait(after: 5, gap: .milliseconds(13), &patience)
    let short = wait(after: 1, gap: .milliseconds(64), &patience)
    #expect(short == 2)
  }

  @Test("it learns nothing from turns between which the thread stayed")
  func ignoresOwnTurns() {
    var patience = Patience()
    patience.comeBack(at: start)
    patience.comeBack(at: start + .milliseconds(1))
    #expect(patience.milliseconds == 2)
  }
}
