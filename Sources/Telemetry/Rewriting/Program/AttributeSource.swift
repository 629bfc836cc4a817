public import Bytes

/// Where the value of an attribute comes from.
public struct AttributeSource: Sendable {
  /// The places for values.
  public enum Place: Sendable {
    /// A fixed value, encoded as an `AnyValue`.
    case literal(ByteSlice)
    /// Another attribute of the same resource, scope or item.
    case attribute(AttributeKey)
    /// What is known of how the batch came in.
    case origin(OriginField)
  }

  /// Where the value is looked for first.
  public let place: Place
  /// The value, encoded as an `AnyValue`, where there is none.
  public let fallback: ByteSlice?

  /// A fixed value.
  public static func literal(_ value: AttributeValue) -> AttributeSource {
    AttributeSource(place: .literal(value.encoded), fallback: nil)
  }

  /// The value of another attribute of the same resource, scope or item.
  public static func attribute(
    _ key: AttributeKey, fallback: AttributeValue? = nil
  ) -> AttributeSource {
    AttributeSource(place: .attribute(key), fallback: fallback?.encoded)
  }

  /// What is known of how the batch came in.
  public static func origin(
    _ field: OriginField, fallback: AttributeValue? = nil
  ) -> AttributeSource {
    AttributeSource(place: .origin(field), fallback: fallback?.encoded)
  }
}
