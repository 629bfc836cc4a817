import Bytes
import Testing

@Suite struct ByteBufferReplacingTests {
  @Test func `Eight bytes are replaced where they lie, low byte first`() {
    for offset in 0...3 {
      var buffer = ByteBuffer()
      buffer.append([UInt8](repeating: 0xEE, count: 11).span)
      buffer.replaceFixed64(at: offset, with: 0x0807_0605_0403_0201)
      var wanted = [UInt8](repeating: 0xEE, count: 11)
      for index in 0..<8 { wanted[offset + index] = UInt8(index + 1) }
      #expect(Array(copying: buffer.span) == wanted)
    }
  }
}
