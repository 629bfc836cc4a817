import Bytes
import Testing

@Suite struct ByteBufferLengthsTests {
  private static let counts = [0, 1, 126, 127, 128, 129, 16_383, 16_384, 2_097_152]

  @Test("a length is written in front, whatever was expected", arguments: counts, counts)
  func lengths(count: Int, expected: Int) {
    let bytes = [UInt8](repeating: 9, count: count)
    var buffer = ByteBuffer()
    buffer.append(7)
    let mark = buffer.openLength(expecting: expected)
    let room = mark - 1
    buffer.append(bytes.span)
    let move = buffer.closeLength(mark, expecting: expected)
    var wanted = ByteBuffer()
    wanted.append(7)
    wanted.appendVarint(UInt64(count))
    #expect(move == wanted.count - 1 - room)
    wanted.append(bytes.span)
    #expect(buffer.takeSlice() == wanted.takeSlice())
  }

  @Test(
    "a length counts bytes that are elsewhere",
    arguments: [0, 5], [0, 121, 122, 123, 127, 128, 16_378, 16_379, 16_383, 16_384, 1 << 40])
  func elsewhere(count: Int, elsewhere: Int) {
    for expected in [0, 127, 128, 16_384] {
      let bytes = [UInt8](repeating: 9, count: count)
      var buffer = ByteBuffer()
      let mark = buffer.openLength(expecting: expected)
      buffer.append(bytes.span)
      let move = buffer.closeLength(mark, expecting: expected, elsewhere: elsewhere)
      var wanted = ByteBuffer()
      wanted.appendVarint(UInt64(count + elsewhere))
      #expect(move == wanted.count - mark)
      wanted.append(bytes.span)
      #expect(buffer.takeSlice() == wanted.takeSlice())
    }
  }
}
