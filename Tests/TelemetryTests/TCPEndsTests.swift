import Telemetry
import Testing

@Suite struct TCPEndsTests {
  private static let loopback: [UInt8] = Array(repeating: 0, count: 15) + [1]

  static let cases: [([UInt8], [UInt8], Bool)] = [
    ([127, 0, 0, 1], [127, 0, 0, 1], true),
    ([127, 0, 0, 1], [127, 0, 0, 2], true),
    ([10, 0, 0, 1], [10, 0, 0, 1], true),
    ([10, 0, 0, 2], [10, 0, 0, 1], false),
    ([10, 0, 0, 2], [127, 0, 0, 1], false),
    ([127, 0, 0, 1], [10, 0, 0, 1], false),
    (loopback, loopback, true),
    (loopback, [127, 0, 0, 1], false),
    ([127] + Array(repeating: 0, count: 15), [127] + Array(repeating: 1, count: 15), false),
  ]

  @Test(
    "a connection is local between loopback addresses, or from an address to itself",
    arguments: cases)
  func tellsLocal(sender: [UInt8], receiver: [UInt8], expected: Bool) {
    #expect(TCPEnds(from: (sender, 1), to: (receiver, 2)).isLocal == expected)
  }
}
