internal import Bytes

/// Where the parts of an `AnyValue` lie, without its bytes.
struct ValueScan {
  enum Kind {
    case empty
    case string
    case bool
    case int
    case double
    case array
    case map
    case bytes
    /// An index in a dictionary, which nothing here resolves.
    case other
  }

  var kind = Kind.empty
  /// The bits of a number or truth value.
  var bits: UInt64 = 0
  /// Where the bytes of text, bytes, an array or a map lie.
  var content = 0..<0

  /// Scans the `AnyValue` whose fields lie at `range`; the last field counts.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireError) {
    var reader = WireReader(bytes, in: range)
    while let field = try reader.nextField() {
      switch (field.number, field.type) {
      case (1, .length): (kind, content) = (.string, try reader.readLength())
      case (2, .varint): (kind, bits) = (.bool, try reader.readVarint())
      case (3, .varint): (kind, bits) = (.int, try reader.readVarint())
      case (4, .fixed64): (kind, bits) = (.double, try reader.readFixed64())
      case (5, .length): (kind, content) = (.array, try reader.readLength())
      case (6, .length): (kind, content) = (.map, try reader.readLength())
      case (7, .length): (kind, content) = (.bytes, try reader.readLength())
      case (8, .varint): (kind, bits) = (.other, try reader.readVarint())
      default: try reader.skip(field.type)
      }
    }
  }
}
