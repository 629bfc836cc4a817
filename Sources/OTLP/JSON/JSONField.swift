internal import Telemetry

/// What the JSON mapping needs of a field, without references, so that it is copied for free.
struct JSONField {
  /// The field's number on the wire.
  let number: Int32
  /// The message of the values in the table, -1 where they are none.
  let message: Int32
  let kind: FieldKind
  let isRepeated: Bool
  let isPacked: Bool
  let isHexID: Bool
  /// Where `"name":` lies in the table's bytes, with quotation marks and colon.
  let nameStart: Int32
  /// The number of bytes in the name alone.
  let nameCount: Int32
  /// The first eight bytes of the name, the first of them lowest.
  let namePrefix: UInt64

  /// The name with its quotation marks and the colon.
  var quotedName: Range<Int> { Int(nameStart)..<Int(nameStart + nameCount) + 3 }

  /// The name alone.
  var bareName: Range<Int> { Int(nameStart) + 1..<Int(nameStart + nameCount) + 1 }
}
