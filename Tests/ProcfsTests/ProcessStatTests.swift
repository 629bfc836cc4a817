import Procfs
import TestSupport
import Testing

@Suite struct ProcessStatTests {
  static let line =
    "123 (a (b) c) S 7 1 1 0 -1 4194560 11 22 33 44 55 66 77 88 20 0 9 0 1000 2048000 300 "
    + "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 99 0 0 0 0 0 0 0 0 0 0\n"

  @Test("reads the fields though the name holds brackets and blanks")
  func reads() throws {
    let bytes = Array(Self.line.utf8)
    let read = ProcessStat(bytes.span)
    let stat = try #require(read)
    #expect(Array(bytes[stat.name]) == Array("a (b) c".utf8))
    #expect(stat.state == UInt8(ascii: "S"))
    #expect(stat.parent == 7)
    #expect(stat.minorFaults == 11 && stat.majorFaults == 33)
    #expect(stat.userTime == 55 && stat.systemTime == 66)
    #expect(stat.threads == 9 && stat.startTime == 1000)
    #expect(stat.virtualByteCount == 2_048_000 && stat.residentPages == 300)
    #expect(stat.blockWaitTime == 99)
  }

  @Test("refuses what ends too early and never reads past the end")
  func truncated() throws {
    let bytes = Array(Self.line.utf8)
    let end = try #require(Self.line.range(of: " 300 ")).lowerBound
    for count in 0..<bytes.count {
      let part = Array(bytes[..<count])
      let stat = ProcessStat(part.span)
      if count <= Self.line.utf8.distance(from: Self.line.startIndex, to: end) {
        #expect(stat == nil)
      }
    }
  }

  @Test(
    "refuses what is not such a line",
    arguments: ["", "()", ")(", "1 (x", "1 x) S 1", "1 (x) SS 1", "1 (x) S 99999999999"])
  func hostile(text: String) {
    let bytes = Array(text.utf8)
    let stat = ProcessStat(bytes.span)
    #expect(stat == nil)
  }
}

extension String {
  /// Where `part` is; Foundation's method of this name is not at hand.
  fileprivate func range(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
