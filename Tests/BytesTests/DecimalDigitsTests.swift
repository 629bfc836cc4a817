import Bytes
import Testing

@Suite struct DecimalDigitsTests {
  @Test(
    "writes whole numbers in decimal digits",
    arguments: [0, 1, -1, 9, 10, -10, 65_535, Int64.max, .min])
  func decimal(number: Int64) {
    var buffer = ByteBuffer()
    buffer.appendDecimal(number)
    buffer.appendDecimal(number.magnitude)
    let text = String(copying: buffer.span)
    #expect(text == "\(number)\(number.magnitude)")
  }
}
