internal import Bytes
internal import Telemetry

/// The fields of a message and of all messages within it, laid out flat for the JSON mapping.
///
/// Made once for each root message; walking it touches no reference counts.
final class JSONTable: Sendable {
  /// Where a message's fields lie in `fields`.
  struct Message {
    let fields: Range<Int>
    /// Where the index of number 0 lies in `indexByNumber`, and how many numbers there are.
    let numbers: Range<Int>
  }

  /// All fields, message by message in ascending order of their numbers.
  let fields: [JSONField]
  /// The messages; the first is the root.
  let messages: [Message]
  /// All names, each as `"name":`.
  let names: [UInt8]
  /// The index in `fields` by number for each message; -1 where there is no field.
  private let indexByNumber: [Int32]

  /// The table of `root` and of all messages that it reaches.
  init(_ root: MessageSchema) {
    var schemas = [root]
    var fields: [JSONField] = []
    var messages: [Message] = []
    var names: [UInt8] = []
    var indexByNumber: [Int32] = []
    while messages.count < schemas.count {
      let schema = schemas[messages.count]
      let start = fields.count
      let numberStart = indexByNumber.count
      let numberCount = (schema.fields.last?.number ?? 0) + 1
      indexByNumber += [Int32](repeating: -1, count: numberCount)
      for field in schema.fields {
        indexByNumber[numberStart + field.number] = Int32(fields.count)
        let message = field.message.map { JSONTable.index(of: $0, in: &schemas) } ?? -1
        fields.append(JSONField(field, message: message, nameStart: names.count))
        names += Array("\"\(field.jsonName)\":".utf8)
      }
      messages.append(
        Message(
          fields: start..<fields.count, numbers: numberStart..<numberStart + numberCount))
    }
    self.fields = fields
    self.messages = messages
    self.names = names
    self.indexByNumber = indexByNumber
  }

  private static func index(of schema: MessageSchema, in schemas: inout [MessageSchema]) -> Int {
    if let known = schemas.firstIndex(where: { $0 === schema }) { return known }
    schemas.append(schema)
    return schemas.count - 1
  }

  /// The index of the field of this number in `message`, or -1.
  @inline(__always)
  func field(number: Int, in message: Message) -> Int {
    guard number < message.numbers.count else { return -1 }
    return Int(indexByNumber[message.numbers.lowerBound + number])
  }

  /// The name of a field, for errors.
  func name(of field: Int) -> String {
    String(decoding: names[fields[field].bareName], as: UTF8.self)
  }

  /// The first eight bytes of `name`, the first of them lowest; zeros behind a shorter name.
  static func prefix(of name: Span<UInt8>) -> UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<min(8, name.count) { prefix |= UInt64(name[index]) << UInt64(8 * index) }
    return prefix
  }
}

extension JSONTable {
  /// The table of the request in which `signal` is exported.
  static func request(for signal: Signal) -> JSONTable {
    switch signal {
    case .traces: traces
    case .metrics: metrics
    case .logs: logs
    case .profiles: profiles
    }
  }

  private static let traces = JSONTable(MessageSchema.request(for: .traces))
  private static let metrics = JSONTable(MessageSchema.request(for: .metrics))
  private static let logs = JSONTable(MessageSchema.request(for: .logs))
  private static let profiles = JSONTable(MessageSchema.request(for: .profiles))
}

extension JSONField {
  fileprivate init(_ field: FieldSchema, message: Int, nameStart: Int) {
    number = Int32(field.number)
    self.message = Int32(message)
    kind = field.kind
    isRepeated = field.isRepeated
    isPacked = field.isRepeated && field.isPacked
    isHexID = field.isHexID
    self.nameStart = Int32(nameStart)
    let name = Array(field.jsonName.utf8)
    nameCount = Int32(name.count)
    namePrefix = JSONTable.prefix(of: name.span)
  }
}
