// Unchecked: `fields` and the table made of it are written only while `SchemaTable` builds the
// schemas, which refer to one another in cycles, and before any of them is handed out.
/// A message's fields, as its .proto declares them.
///
/// Schemas are made once, at first use, from the descriptors of the generated C, and live for ever.
public final class MessageSchema: @unchecked Sendable {
  /// The package and the message's name, such as `opentelemetry.proto.trace.v1.Span`.
  public let fullName: String
  /// The fields in ascending order of their numbers.
  public private(set) var fields: [FieldSchema] = []
  /// The index in `fields` by number; -1 where there is no field.
  private var indexByNumber: [Int8] = []

  init(fullName: String) {
    self.fullName = fullName
  }

  /// Fills the schema in; called once, before it is shared.
  func define(_ fields: [FieldSchema]) {
    precondition(fields.count < 64, "a schema's tables hold at most 63 fields")
    self.fields = fields
    indexByNumber = [Int8](repeating: -1, count: (fields.last?.number ?? 0) + 1)
    for (index, field) in fields.enumerated() { indexByNumber[field.number] = Int8(index) }
  }

  /// The field of this number, nil where the schema has none.
  public func field(number: Int) -> FieldSchema? {
    guard number > 0, number < indexByNumber.count else { return nil }
    let index = indexByNumber[number]
    return index < 0 ? nil : fields[Int(index)]
  }
}
