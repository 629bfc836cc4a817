/// The fields, besides attributes, that tests look at: where they lie, or what they are.
struct ItemFields {
  /// The name, or the severity text of a log record.
  var name = 0..<0
  /// The version of a scope, or the fields of a log record's body.
  var second = 0..<0
  /// The kind of a span, or the severity number of a log record.
  var number: UInt64 = 0
}
