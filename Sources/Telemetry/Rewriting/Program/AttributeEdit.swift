public import Patterns

/// One change of the attributes of a resource, a scope or an item.
public enum AttributeEdit: Sendable {
  /// Gives an attribute a value, as far as the source has one.
  case set(AttributeKey, AttributeSource, SetMode)
  /// Removes attributes.
  case delete(AttributeSelection)
  /// Replaces values by the SHA-256 of what they are, in hexadecimal digits.
  ///
  /// Text and bytes are hashed as they are, numbers as eight bytes with the low one first, truth values
  /// as one byte, arrays and maps as their JSON text. The empty text stays empty.
  case hash(AttributeSelection)
  /// Makes an attribute of each named group of the pattern's match in the text of an attribute.
  ///
  /// - Precondition: Every group of the pattern has a name.
  case extract(AttributeKey, Pattern)
  /// Gives an attribute's value another type; a value that has no counterpart stays and is reported.
  case convert(AttributeKey, ConvertedType)

  /// Whether a set adds attributes, changes those that are there, or both.
  public enum SetMode: Sendable {
    /// Adds the attribute where it is absent.
    case insert
    /// Changes the attribute where it is present.
    case update
    /// Adds or changes the attribute.
    case upsert
  }

  /// The type that a value is converted to.
  public enum ConvertedType: String, Sendable, CaseIterable {
    /// A signed integer.
    case int
    /// A floating-point number.
    case double
    /// Text.
    case string
    /// A truth value.
    case boolean
  }
}
