internal import Bytes

/// Steps over the fields of a message; ends at the first that is malformed.
///
/// It is for bytes that were validated or made here, where nothing is malformed.
struct FieldCursor: ~Escapable {
  /// One field: where it and its value lie.
  struct Field {
    let number: Int
    let type: WireType
    /// The tag's offset.
    let start: Int
    /// Where the value lies; without the length for a length-delimited one.
    let value: Range<Int>
    /// The value's bits where it is not length-delimited, else 0.
    let bits: UInt64
    /// The offset behind the field.
    var end: Int { value.upperBound }
  }

  private var reader: WireReader

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    reader = WireReader(bytes, in: range)
  }

  /// The next field, nil at the end.
  @inline(__always)
  mutating func next() -> Field? {
    let start = reader.position
    do throws(WireError) {
      guard let field = try reader.nextField() else { return nil }
      if field.type == .length {
        return Field(
          number: field.number, type: .length, start: start, value: try reader.readLength(), bits: 0
        )
      }
      let valueStart = reader.position
      let bits: UInt64 =
        switch field.type {
        case .fixed64: try reader.readFixed64()
        case .fixed32: UInt64(try reader.readFixed32())
        case .varint, .length: try reader.readVarint()
        }
      return Field(
        number: field.number, type: field.type, start: start, value: valueStart..<reader.position,
        bits: bits)
    } catch {
      return nil
    }
  }
}
