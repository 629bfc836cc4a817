internal import Bytes
internal import Telemetry

extension JSONMessageEncoder {
  /// Reads a value that is no message and writes it.
  mutating func encodeScalar(
    _ field: JSONField, _ reader: inout WireReader
  ) throws(WireError) {
    switch field.kind {
    case .string:
      output.appendJSONString(bytes.extracting(try reader.readLength()))
    case .bytes:
      output.append(UInt8(ascii: "\""))
      let value = bytes.extracting(try reader.readLength())
      if field.isHexID {
        output.appendHexadecimal(value)
      } else {
        output.appendBase64(value)
      }
      output.append(UInt8(ascii: "\""))
    case .double:
      output.appendJSONNumber(Double(bitPattern: try reader.readFixed64()))
    case .float:
      output.appendJSONNumber(Float(bitPattern: try reader.readFixed32()))
    case .fixed64: quote(try reader.readFixed64())
    case .uint64: quote(try reader.readVarint())
    case .sfixed64: quote(Int64(bitPattern: try reader.readFixed64()))
    case .int64: quote(Int64(bitPattern: try reader.readVarint()))
    case .sint64: quote(unzigzag(try reader.readVarint()))
    case .fixed32: output.appendDecimal(UInt64(try reader.readFixed32()))
    case .uint32:
      output.appendDecimal(UInt64(UInt32(truncatingIfNeeded: try reader.readVarint())))
    case .sfixed32:
      output.appendDecimal(Int64(Int32(bitPattern: try reader.readFixed32())))
    case .int32, .enumeration:
      output.appendDecimal(Int64(Int32(truncatingIfNeeded: try reader.readVarint())))
    case .sint32:
      output.appendDecimal(Int64(Int32(truncatingIfNeeded: unzigzag(try reader.readVarint()))))
    case .bool:
      output.append(try reader.readVarint() != 0 ? "true" : "false" as StaticString)
    case .message:
      preconditionFailure("a message is no scalar")
    }
  }

  private func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func quote(_ value: UInt64) {
    output.append(UInt8(ascii: "\""))
    output.appendDecimal(value)
    output.append(UInt8(ascii: "\""))
  }

  private mutating func quote(_ value: Int64) {
    output.append(UInt8(ascii: "\""))
    output.appendDecimal(value)
    output.append(UInt8(ascii: "\""))
  }
}
