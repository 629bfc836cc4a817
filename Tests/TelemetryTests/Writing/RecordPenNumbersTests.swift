import Bytes
import Testing

@testable import Telemetry

@Suite struct RecordPenNumbersTests {
  /// The ends of every width of a varint, and what lies around them.
  private static let numbers: [UInt64] =
    [0, UInt64(Int64.max)]
    + (0..<63).flatMap { shift in
      let power = UInt64(1) << UInt64(shift)
      return [power - 1, power, power + 1, power | 0x55]
    }

  @Test("a whole number is the same bytes as the same number of another type", arguments: numbers)
  func bytes(number: UInt64) {
    var buffer = ByteBuffer()
    var expected = ByteBuffer()
    buffer.write(atMost: 96) { $0.attribute("network.io.transmit", number: number) }
    expected.appendAttribute(
      "network.io.transmit", Int64(number), as: LogsWriter.attributesField)
    let (written, wanted) = (buffer.takeSlice(), expected.takeSlice())
    #expect(written == wanted)
  }
}
