internal import Bytes

/// What is read of a number point in one pass over its bytes.
struct PointScan {
  private(set) var start: UInt64 = 0
  private(set) var time: UInt64 = 0
  private(set) var bits: UInt64 = 0
  private(set) var isInt = false
  private(set) var hasValue = false
  private(set) var flags: UInt64 = 0
  private(set) var hasExemplars = false
  /// The hash of the stream and the attributes' bytes.
  private(set) var hash: UInt64

  /// Reads the point; malformed bytes end it.
  init(_ bytes: Span<UInt8>, seed: UInt64) {
    var key = KeyHash(seed)
    var reader = WireReader(bytes)
    do throws(WireError) {
      while let field = try reader.nextField() {
        switch (field.number, field.type) {
        case (7, .length): key.combine(bytes.extracting(try reader.readLength()))
        case (2, .fixed64): start = try reader.readFixed64()
        case (3, .fixed64): time = try reader.readFixed64()
        case (4, .fixed64):
          bits = try reader.readFixed64()
          (isInt, hasValue) = (false, true)
        case (6, .fixed64):
          bits = try reader.readFixed64()
          (isInt, hasValue) = (true, true)
        case (8, .varint): flags = try reader.readVarint()
        case (5, .length):
          _ = try reader.readLength()
          hasExemplars = true
        default: try reader.skip(field.type)
        }
      }
    } catch {}
    hash = key.value
  }

  /// The value as a floating-point number.
  var double: Double { isInt ? Double(Int64(bitPattern: bits)) : Double(bitPattern: bits) }
}

/// The flag of a point that says that there is no value (OTLP, DataPointFlags).
let noRecordedValueFlag: UInt64 = 1
