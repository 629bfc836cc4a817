import Bytes
import Testing

@Suite struct ByteBufferEntriesTests {
  @Test(arguments: [0, 1, 100, 119, 120, 127, 128, 16_383, 16_384, 300_000])
  func `An entry has its key and room for its value`(count: Int) throws {
    var buffer = ByteBuffer()
    buffer.append(7)
    buffer.openEntry(6, key: "some.key", valueByteCount: count)
    buffer.append([UInt8](repeating: 9, count: count).span)
    var wanted = ByteBuffer()
    wanted.append(7)
    wanted.appendField(6) { entry in
      entry.appendField(1, text: "some.key")
      entry.appendField(2, bytes: [UInt8](repeating: 9, count: count).span)
    }
    #expect(Array(copying: buffer.span) == Array(copying: wanted.span))
  }

  @Test func `A key may be longer than 127 bytes and a field's number above 15`() {
    let key: StaticString =
      "a.key.that.is.longer.than.one.hundred.and.twenty.seven.bytes.a.key.that.is.longer.than.one.hundred.and.twenty.seven.bytes.long.at.least"
    var buffer = ByteBuffer()
    buffer.openEntry(536_870_911, key: key, valueByteCount: 0)
    var wanted = ByteBuffer()
    wanted.appendField(536_870_911) { entry in
      entry.appendField(1, text: "\(key)")
      entry.appendField(2, bytes: Span())
    }
    #expect(Array(copying: buffer.span) == Array(copying: wanted.span))
  }
}
