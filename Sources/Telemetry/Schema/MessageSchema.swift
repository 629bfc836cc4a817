internal import Bytes

// Unchecked: `fields` and the tables made of it are written only while `SchemaTable` builds the
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
  /// The index in `fields` by hash of the JSON name, with linear probing; -1 where there is none.
  private var indexByHash: [Int8] = []
  private var jsonNames: [[UInt8]] = []

  init(fullName: String) {
    self.fullName = fullName
  }

  /// Fills the schema in; called once, before it is shared.
  func define(_ fields: [FieldSchema]) {
    precondition(fields.count < 64, "a schema's tables hold at most 63 fields")
    self.fields = fields
    indexByNumber = [Int8](repeating: -1, count: (fields.last?.number ?? 0) + 1)
    // At most half full, so that probing ends soon and always finds an end.
    var slotCount = 8
    while slotCount < fields.count * 2 { slotCount *= 2 }
    indexByHash = [Int8](repeating: -1, count: slotCount)
    for (index, field) in fields.enumerated() {
      indexByNumber[field.number] = Int8(index)
      let name = Array(field.jsonName.utf8)
      jsonNames.append(name)
      var slot = MessageSchema.hash(name.span) & (slotCount - 1)
      while indexByHash[slot] >= 0 { slot = (slot + 1) & (slotCount - 1) }
      indexByHash[slot] = Int8(index)
    }
  }

  /// The field of this number, nil where the schema has none.
  public func field(number: Int) -> FieldSchema? {
    guard number > 0, number < indexByNumber.count else { return nil }
    let index = indexByNumber[number]
    return index < 0 ? nil : fields[Int(index)]
  }

  /// The field that JSON calls `jsonName`, nil where the schema has none; the case counts.
  public func field(jsonName: Span<UInt8>) -> FieldSchema? {
    let mask = indexByHash.count - 1
    var slot = MessageSchema.hash(jsonName) & mask
    while true {
      let index = Int(indexByHash[slot])
      if index < 0 { return nil }
      let name = jsonNames[index]
      if name.span.isEqual(to: jsonName) { return fields[index] }
      slot = (slot + 1) & mask
    }
  }

  /// The field that the .proto calls `name`, nil where the schema has none.
  ///
  /// - Complexity: O(fields)
  public func field(named name: String) -> FieldSchema? {
    fields.first { $0.name == name }
  }

  private static func hash(_ name: Span<UInt8>) -> Int {
    guard name.count > 0 else { return 0 }
    return name.count &* 31 &+ Int(name[0]) &* 7 &+ Int(name[name.count / 2]) &* 3
      &+ Int(name[name.count - 1])
  }
}
