import Bytes
import Testing

@Suite struct WireTests {
  static let numbers: [UInt64] = [0, 1, 127, 128, 300, 16383, 16384, 1 << 32, 1 << 63, .max]

  @Test("a varint reads as it was written", arguments: numbers)
  func varintRoundTrip(value: UInt64) throws {
    var buffer = ByteBuffer()
    buffer.appendVarint(value)
    #expect(buffer.count == ByteBuffer.varintByteCount(value))
    var reader = WireReader(buffer.span)
    let read = try reader.readVarint()
    let isAtEnd = reader.isAtEnd
    #expect(read == value)
    #expect(isAtEnd)
  }

  @Test("a varint cut at any byte is truncated", arguments: numbers)
  func varintTruncation(value: UInt64) {
    var buffer = ByteBuffer()
    buffer.appendVarint(value)
    let bytes = buffer.takeSlice().array
    for count in 0..<bytes.count {
      #expect(throws: WireError(.truncated, at: 0)) {
        var reader = WireReader(bytes.span, in: 0..<count)
        _ = try reader.readVarint()
      }
    }
  }

  @Test("a varint of more than 64 bits is refused")
  func varintTooLong() {
    let bytes = [UInt8](repeating: 0xFF, count: 9) + [0x02]
    #expect(throws: WireError(.varintTooLong, at: 0)) {
      var reader = WireReader(bytes.span)
      _ = try reader.readVarint()
    }
  }

  @Test("a nested field's length fits its value", arguments: [0, 1, 127, 128, 20_000])
  func nestedLength(count: Int) throws {
    var buffer = ByteBuffer()
    buffer.appendField(3) { buffer in
      for index in 0..<count { buffer.append(UInt8(truncatingIfNeeded: index)) }
    }
    buffer.appendField(4, varint: 9)
    var reader = WireReader(buffer.span)
    let outer = try reader.nextField()
    #expect(outer == WireField(number: 3, type: .length))
    let range = try reader.readLength()
    #expect(range.count == count)
    for index in 0..<count {
      let byte = buffer.span[range.lowerBound + index]
      #expect(byte == UInt8(truncatingIfNeeded: index))
    }
    let next = try reader.nextField()
    #expect(next == WireField(number: 4, type: .varint))
  }

  @Test("groups and unknown wire types are refused", arguments: [3, 4, 6, 7] as [UInt8])
  func unknownWireType(type: UInt8) {
    let bytes: [UInt8] = [0x08 | type]
    #expect(throws: WireError(.unknownWireType, at: 0)) {
      var reader = WireReader(bytes.span)
      _ = try reader.nextField()
    }
  }
}
