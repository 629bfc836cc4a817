import Bytes
import Diagnostics
import Testing

@testable import Identity

@Suite struct TimestampTextTests {
  @Test("a time is written as the log writes it, on any day")
  func agreesWithWallTime() {
    var writer = TimestampText()
    for milliseconds: Int64 in [
      0, 1, 999, 86_399_999, 86_400_000, 1_700_000_000_123, 1_700_000_000_124, 951_782_400_000,
      -1, -86_400_001, 253_402_300_799_990,
    ] {
      let time = WallTime(milliseconds: milliseconds)
      let text = String(copying: writer.text(time))
      #expect(text == time.text)
    }
  }
}

@Suite struct ProcessIndexTests {
  @Test("finds what is in it and nothing else, whatever comes and goes")
  func agreesWithDictionary() {
    var index = ProcessIndex(capacity: 16)
    var known: [ProcessKey: Int] = [:]
    var generator = SystemRandomNumberGenerator()
    var free = Array(0..<64)
    for step in 0..<20_000 {
      let key = ProcessKey(
        pid: .random(in: 0..<40, using: &generator), startTicks: UInt64(step % 7))
      if let slot = known[key] {
        index.remove(at: slot)
        known[key] = nil
        free.append(slot)
      } else if let slot = free.popLast() {
        index.insert(key, at: slot)
        known[key] = slot
        #expect(index.find(pid: key.pid) == slot)
      }
      let probe = ProcessKey(
        pid: .random(in: 0..<40, using: &generator), startTicks: UInt64(step % 7))
      #expect(index.find(probe) == known[probe])
    }
  }
}
