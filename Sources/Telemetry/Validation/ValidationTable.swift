internal import Bytes

/// What the validator does with each field of each message, made of the schemas.
///
/// A message has 32 entries of 16 bits, one cache line, indexed by field number. An entry is 0 for a
/// field without a schema, else the wire type in bits 0-2, the action in bits 3-7 and the nested
/// message's number in bits 8-15.
struct ValidationTable: Sendable {
  static let shared = ValidationTable()

  /// The entries of one message.
  static let width = 32

  /// The numbers of messages that the walk tells from others.
  struct Roles: Sendable {
    var span = 0
    var metric = 0
    var profile = 0
  }

  private(set) var entries: [UInt16] = []
  private(set) var schemas: [MessageSchema] = []
  /// The numbers of messages that the walk tells from others.
  private(set) var roles = Roles()
  private var requestNumbers: [Int] = []
  private var numbers: [String: Int] = [:]

  private init() {
    for signal in Signal.allCases { requestNumbers.append(add(.request(for: signal))) }
    roles.span = number(of: .span)
    roles.metric = number(of: .metric)
    roles.profile = number(of: .profile)
  }

  /// The number of the request of `signal`.
  func requestNumber(_ signal: Signal) -> Int {
    switch signal {
    case .traces: requestNumbers[0]
    case .metrics: requestNumbers[1]
    case .logs: requestNumbers[2]
    case .profiles: requestNumbers[3]
    }
  }

  /// The number of the message that `schema` describes.
  private func number(of schema: MessageSchema) -> Int {
    guard let number = numbers[schema.fullName] else {
      preconditionFailure("no request holds \(schema.fullName)")
    }
    return number
  }

  private mutating func add(_ schema: MessageSchema) -> Int {
    if let known = numbers[schema.fullName] { return known }
    let number = schemas.count
    precondition(number < 256, "an entry names at most 256 messages")
    numbers[schema.fullName] = number
    schemas.append(schema)
    entries.append(contentsOf: repeatElement(0, count: ValidationTable.width))
    for field in schema.fields {
      precondition(field.number < ValidationTable.width, "a field's number is above 31")
      let action = ValidationAction(field, of: schema)
      let isPacked = field.isRepeated && field.kind.isPackable
      let type = isPacked ? WireType.length : field.kind.wireType
      let nested = field.message.map { add($0) } ?? 0
      entries[number * ValidationTable.width + field.number] =
        UInt16(type.rawValue) | UInt16(action.rawValue) << 3 | UInt16(nested) << 8
    }
    return number
  }
}
