import Bytes
import Testing

@Suite struct EncodedKeyTests {
  private static let keys: [StaticString] = [
    "", "k", "network.io.transmit", "a.key.of.fifty.nine.bytes.which.is.the.most.that.there.is.0",
  ]

  /// What the attribute is when its parts are written one by one.
  private func expected(_ key: StaticString, _ value: (inout ByteBuffer) -> Void) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.append("before")
    buffer.appendField(6) { entry in
      entry.appendField(1, text: "\(key)")
      entry.appendField(2) { value(&$0) }
    }
    buffer.append("behind")
    return Array(copying: buffer.span)
  }

  private func written(
    _ key: StaticString, _ write: (inout ByteBuffer, borrowing EncodedKey) -> Void
  ) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.append("before")
    write(&buffer, EncodedKey(key, field: 6))
    buffer.append("behind")
    return Array(copying: buffer.span)
  }

  @Test("numbers are the same as when written part by part", arguments: keys.indices)
  func numbers(index: Int) {
    let key = EncodedKeyTests.keys[index]
    for value: Int64 in [0, 1, 127, 128, 40_000, 1 << 40, .max, .min, -1] {
      #expect(
        written(key) { $0.append($1, value) }
          == expected(key) { $0.appendField(3, varint: UInt64(bitPattern: value)) })
    }
    for value in [0, 0.25, -1e300, .infinity] {
      #expect(
        written(key) { $0.append($1, value) }
          == expected(key) {
            $0.appendTag(4, .fixed64)
            $0.appendFixed64(value.bitPattern)
          })
    }
    for value in [true, false] {
      #expect(
        written(key) { $0.append($1, value) }
          == expected(key) { $0.appendField(2, varint: value ? 1 : 0) })
    }
  }

  @Test("texts of every length are the same as when written part by part", arguments: keys.indices)
  func texts(index: Int) {
    let key = EncodedKeyTests.keys[index]
    for count in Array(0...300) + [16_383, 16_384, 70_000] {
      let text = String(repeating: "x", count: count)
      #expect(
        written(key) { $0.append($1, utf8: text.utf8Span.span) }
          == expected(key) { $0.appendField(1, text: text) })
    }
    #expect(
      written(key) { $0.append($1, "text") } == expected(key) { $0.appendField(1, text: "text") })
  }
}
