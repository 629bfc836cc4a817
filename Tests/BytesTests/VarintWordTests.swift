import Bytes
import Testing

@Suite struct VarintWordTests {
  /// Numbers around each power of two.
  private static let numbers = (0..<64).flatMap { bit -> [UInt64] in
    let power = UInt64(1) << UInt64(bit)
    return [power - 1, power, power + 1, power | power >> 3]
  }

  private func varint(_ number: UInt64) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.appendVarint(number)
    return [UInt8](copying: buffer.span)
  }

  @Test("a number has as many bytes as it takes when it is written")
  func byteCount() {
    for number in VarintWordTests.numbers + [.max] {
      #expect(ByteBuffer.varintByteCount(number) == varint(number).count, "\(number)")
    }
  }

  @Test("spread bits and marks are the bytes of the varint")
  func spread() {
    for number in VarintWordTests.numbers where number < 1 << 56 {
      let written = varint(number)
      let bits = VarintWord.bits(byteCount: written.count)
      let spread = VarintWord.spread(number)
      #expect(spread & ~bits == 0, "\(number)")
      for (index, byte) in written.enumerated() {
        let part = UInt8(truncatingIfNeeded: spread >> UInt64(8 * index))
        let mark: UInt8 = index == written.count - 1 ? 0 : 0x80
        #expect(part | mark == byte, "\(number)")
      }
    }
  }

  @Test("bits above the 56th are left out")
  func wide() {
    #expect(VarintWord.spread(.max) == VarintWord.spread(1 << 56 - 1))
    #expect(VarintWord.bits(byteCount: 8) == VarintWord.spread(.max))
  }
}
