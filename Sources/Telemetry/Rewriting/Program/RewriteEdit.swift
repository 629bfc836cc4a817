/// One change of a message at some level of a request.
public enum RewriteEdit: Sendable {
  /// A change of its attributes.
  case attribute(AttributeEdit)
  /// Gives a field a value, as far as the source has one.
  ///
  /// Texts take text, ids bytes, numbers and times integers, a body any value; a value of another type
  /// leaves the field as it is and is reported. Attributes as sources are those of the same message.
  case set(RewriteField, AttributeSource)
  /// Takes the message out of the request with all that is in it.
  ///
  /// A metric, scope or resource of which nothing is left goes too. No edit behind this one acts.
  case drop
}
