/// Where a number lies in a record, and how.
struct NumberPlace {
  /// How a number lies in a record.
  enum Form: UInt8 {
    case varint
    case decimal
    /// Eight bytes, the lowest one first.
    case fixed
    /// A moment in RFC 3339.
    case moment
  }

  /// The raw value of the `RecordNumber`.
  var number: UInt8
  var form: Form
  var width: UInt8
  /// Behind its last byte, from the record's first byte on.
  var end: UInt16
}
