import Bytes
import Testing

@Suite struct SpanTextTests {
  @Test func `one byte above 127 is found wherever it is`() {
    for count in 0...70 {
      var bytes = [UInt8](repeating: 0x7F, count: count)
      let (isASCII, isUTF8) = (bytes.span.isASCII, bytes.span.isUTF8)
      #expect(isASCII && isUTF8)
      for index in 0..<count {
        bytes[index] = 0x80
        let (isASCII, isUTF8) = (bytes.span.isASCII, bytes.span.isUTF8)
        #expect(!isASCII && !isUTF8, "\(index) of \(count)")
        bytes[index] = 0x7F
      }
    }
  }

  @Test func `text is UTF-8 where the standard library says so`() {
    let edges: [UInt8] = [
      0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4,
      0xF5, 0xFF,
    ]
    for first in edges {
      for second in edges {
        for third in edges {
          for fourth in edges {
            let bytes = [first, second, third, fourth]
            let isUTF8 = bytes.span.isUTF8
            #expect(isUTF8 == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
          }
        }
      }
    }
  }

  @Test func `the first zero is found, or the end`() {
    let bytes: [UInt8] = [1, 0, 2, 0, 3]
    let found = (0...5).map { bytes.span.firstZero(from: $0) }
    #expect(found == [1, 1, 3, 3, 5, 5])
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 4_294_967_295, 4_294_967_296, .max] as [UInt64])
  func `a number has its digits`(number: UInt64) {
    let digits = DecimalDigits(number)
    #expect(String(copying: digits.bytes) == String(number))
    #expect(number.decimalDigitCount == String(number).count)
  }
}
