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

  @Test(
    "a shard that is woken again soon waits the longest from then on", arguments: [0, 1, 100, 1999])
  func grows(gap: Int64) {
    var patience = Patience()
    #expect(patience.milliseconds == 2)
    let waits = (0..<3).map { _ in wait(after: 1, gap: .milliseconds(gap), &patience) }
    #expect(waits == [2000, 2000, 2000])
  }

  @Test("one long pause makes it short again")
  func shrinks() {
    var patience = Patience()
    _ = wait(after: 5, gap: .milliseconds(13), &patience)
    let short = wait(after: 1, gap: .milliseconds(2000), &patience)
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
