/// The name of an attribute, ready for comparing.
public struct AttributeKey: Sendable, Hashable {
  /// The name.
  public let text: String
  let bytes: [UInt8]

  /// The name `text`.
  public init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }
}
