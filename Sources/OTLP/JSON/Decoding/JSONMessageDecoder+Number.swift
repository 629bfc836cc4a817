internal import Bytes
internal import Telemetry

extension JSONMessageDecoder {
  /// Writes the number at the position as a field of this kind has it.
  mutating func decodeNumber(_ kind: FieldKind) throws(JSONError) {
    switch kind {
    case .fixed64: output.appendFixed64(try scanner.readUInt64())
    case .sfixed64: output.appendFixed64(UInt64(bitPattern: try scanner.readInt64()))
    case .int64: output.appendVarint(UInt64(bitPattern: try scanner.readInt64()))
    case .uint64: output.appendVarint(try scanner.readUInt64())
    case .sint64: output.appendVarint(zigzag(try scanner.readInt64()))
    case .double: output.appendFixed64(try scanner.readDouble().bitPattern)
    case .float: output.appendFixed32(try decodeFloat().bitPattern)
    case .int32: output.appendVarint(UInt64(bitPattern: Int64(try decodeInt32())))
    case .sint32: output.appendVarint(zigzag(Int64(try decodeInt32())))
    case .uint32: output.appendVarint(UInt64(try decodeUInt32()))
    case .fixed32: output.appendFixed32(try decodeUInt32())
    case .sfixed32: output.appendFixed32(UInt32(bitPattern: try decodeInt32()))
    case .enumeration:
      guard try scanner.peek() != .string else {
        throw JSONError(.enumName, at: scanner.position)
      }
      output.appendVarint(UInt64(bitPattern: Int64(try decodeInt32())))
    case .bool, .string, .bytes, .message:
      preconditionFailure("a field that is no number has its own function")
    }
  }

  private func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }

  private mutating func decodeInt32() throws(JSONError) -> Int32 {
    let value = try scanner.readInt64()
    guard let narrow = Int32(exactly: value) else {
      throw JSONError(.integerOutOfRange, at: scanner.position)
    }
    return narrow
  }

  private mutating func decodeUInt32() throws(JSONError) -> UInt32 {
    let value = try scanner.readUInt64()
    guard let narrow = UInt32(exactly: value) else {
      throw JSONError(.integerOutOfRange, at: scanner.position)
    }
    return narrow
  }

  private mutating func decodeFloat() throws(JSONError) -> Float {
    let start = scanner.position
    let value = try scanner.readDouble()
    let narrow = Float(value)
    guard narrow.isFinite || !value.isFinite else {
      throw JSONError(.numberOutOfRange, at: start)
    }
    return narrow
  }
}
