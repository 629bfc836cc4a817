/// Values that an edit could not convert, and left as they were.
public struct RewriteFailure: Sendable, Equatable {
  /// The attribute.
  public let key: String
  /// The type that was asked for.
  public let type: AttributeEdit.ConvertedType
  /// How many values there were.
  public internal(set) var count: Int

  /// A failure of these parts.
  public init(key: String, type: AttributeEdit.ConvertedType, count: Int) {
    self.key = key
    self.type = type
    self.count = count
  }
}
