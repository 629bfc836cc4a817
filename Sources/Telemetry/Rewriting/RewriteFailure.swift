/// Values that an edit could not convert, and left as they were.
public struct RewriteFailure: Sendable, Equatable {
  /// Which of the programs that were fused wanted it, from 0.
  public let part: Int
  /// The attribute.
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

  /// Whether both are of one part, attribute and type.
  func isSameEdit(as other: RewriteFailure) -> Bool {
    part == other.part && key == other.key && type == other.type
  }
}
