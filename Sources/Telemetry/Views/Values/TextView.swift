/// A value of a repeated text field.
public struct TextView: WireView, ~Escapable {
  /// The text, UTF-8.
  public let bytes: Span<UInt8>

  /// A view of the text `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
  }
}
