import Testing

@testable import Probes

@Suite struct DrainRhythmTests {
  /// The waits behind rounds that bring what comes at `rate` records a second.
  private func waits(_ rate: Int, rounds: Int = 20) -> [Duration] {
    var rhythm = DrainRhythm()
    var wait = Duration.milliseconds(5)
    return (0..<rounds).map { _ in
      wait = rhythm.next(records: rate * Int(wait / .milliseconds(1)) / 1000)
      return wait
    }
  }

  @Test(
    "where few or very many records come the rings are read soon, else they are let gather",
    arguments: [
      (200, 5), (1000, 5), (2000, 50), (4700, 50), (6400, 40), (12_000, 20), (26_000, 5),
      (1_000_000, 5),
    ])
  func gathers(rate: Int, milliseconds: Int) {
    #expect(waits(rate).last == .milliseconds(milliseconds))
  }

  @Test("no rate makes the reader wait longer than 50 ms")
  func isBounded() {
    for rate in stride(from: 0, through: 300_000, by: 700) where rate > 200 {
      for wait in waits(rate) { #expect(wait >= .milliseconds(5) && wait <= .milliseconds(50)) }
    }
  }

  @Test("where nothing comes the waits double, and the first record ends that")
  func goesQuiet() {
    var rhythm = DrainRhythm()
    let waits = (0..<8).map { _ in rhythm.next(records: 0) }
    #expect(waits.prefix(3) == [.milliseconds(10), .milliseconds(20), .milliseconds(40)])
    #expect(waits.last == .milliseconds(250))
    #expect(rhythm.next(records: 1) == .milliseconds(5))
    // Those of a quarter of a second do not count as those of one round.
    #expect(rhythm.next(records: 0) == .milliseconds(10))
    #expect(rhythm.next(records: 500) == .milliseconds(5))
  }
}
