import Bytes
import Testing

@testable import Telemetry

@Suite struct RecordPenHexadecimalTests {
  @Test(
    "two numbers are text in hexadecimal digits without leading zeros",
    arguments: [
      (0, 0), (0x2a, 0x1dcd_65000), (15, 16), (.max, .max), (0x0123_4567_89ab_cdef, 1),
      (1 << 63, 0xffff_ffff),
    ] as [(UInt64, UInt64)])
  func digits(first: UInt64, second: UInt64) {
    var buffer = ByteBuffer()
    var expected = ByteBuffer()
    buffer.write(atMost: 96) { $0.attribute("id", hexadecimal: first, second) }
    let text = String(first, radix: 16) + "-" + String(second, radix: 16)
    expected.appendAttribute("id", text.utf8Span.span, as: LogsWriter.attributesField)
    let (written, wanted) = (buffer.takeSlice(), expected.takeSlice())
    #expect(written == wanted)
  }
}
