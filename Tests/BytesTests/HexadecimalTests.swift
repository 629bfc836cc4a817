import Bytes
import Testing

@Suite struct HexadecimalTests {
  @Test(
    "writes numbers as the standard library does, behind zeros up to the width",
    arguments: [0, 1, 9, 10, 15, 16, 255, 256, 0xabcdef, UInt64(UInt32.max), .max - 1, .max])
  func numbers(number: UInt64) {
    let digits = String(number, radix: 16)
    for width in 0...17 {
      var buffer = ByteBuffer()
      buffer.appendHexadecimal(number, width: width)
      let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
      let text = String(copying: buffer.span)
      #expect(text == zeros + digits)
    }
  }

  @Test("reads what it writes of every byte, in either case")
  func roundTrip() {
    let bytes = (0...255).map(UInt8.init)
    var text = ByteBuffer()
    text.appendHexadecimal(bytes.span)
    let written = String(copying: text.span)
    for digits in [written, written.uppercased()] {
      var read = ByteBuffer()
      let isRight = read.appendBytes(ofHexadecimal: digits.utf8Span.span)
      let found = [UInt8](copying: read.span)
      #expect(isRight)
      #expect(found == bytes)
    }
  }

  @Test(
    "refuses what is no pair of digits",
    arguments: ["0", "0g", "g0", "/0", ":0", "@a", "`a", "\u{E9}"])
  func refusals(text: String) {
    var read = ByteBuffer()
    let isRight = read.appendBytes(ofHexadecimal: text.utf8Span.span)
    #expect(!isRight)
  }
}
