/// Values that an edit could not convert, or could not give to a field, and left as they were.
public struct RewriteFailure: Sendable, Equatable {
  /// Which of the programs that were fused wanted it, from 0.
  public let part: Int
  /// The attribute, or the field.
  public let key: String
  /// The type that was asked for.
  public let type: AttributeEdit.ConvertedType
  /// How many values there were.
  public internal(set) var count: Int

  /// A failure of these parts.
  public init(key: String, type: AttributeEdit.ConvertedType, count: Int, part: Int = 0) {
    self.part = part
    self.key = key
    self.type = type
    self.count = count
  }

  /// One failure of `edit`.
  init(_ edit: RewriteEdit, part: Int) {
    switch edit {
    case .attribute(.convert(let key, let type)):
      self.init(key: key.text, type: type, count: 1, part: part)
    case .set(let field, _):
      self.init(key: field.rawValue, type: field.isNumber ? .int : .string, count: 1, part: part)
    case .attribute, .drop: self.init(key: "", type: .string, count: 1, part: part)
    }
  }

  /// Whether both are of one part, attribute and type.
  func isSameEdit(as other: RewriteFailure) -> Bool {
    part == other.part && key == other.key && type == other.type
  }
}

extension RewriteField {
  fileprivate var isNumber: Bool {
    switch self {
    case .kind, .statusCode, .severityNumber, .startTime, .endTime, .time: true
    default: false
    }
  }
}
