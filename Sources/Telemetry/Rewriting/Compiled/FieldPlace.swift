/// Where in a kind of message a field is, and how it is written.
struct FieldPlace {
  enum Form {
    case text
    /// The bytes of an identifier; an optional one may also be empty or zero.
    case id(byteCount: Int, isOptional: Bool)
    /// A varint.
    case number
    /// Eight bytes.
    case fixed
    /// An `AnyValue`.
    case value
  }

  /// The field's number in the message.
  let number: Int
  let form: Form
  /// The number in the message that the field holds, where it is a field of that one; else 0.
  var inner = 0
}
