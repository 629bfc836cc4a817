/// A message read from borrowed bytes, which must be valid.
///
/// A view reads the message's own fields when it is made and nested messages when they are asked
/// for. Bytes that are not the message give a view of what can be read, never a trap.
public protocol WireView: ~Escapable {
  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>)
}
