/// An address on which nothing could be listened.
public struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The address as it was given.
  public let address: SocketAddress
  /// Why not and what to do, in words that follow the address.
  public let reason: String

  /// The address and the reason in one sentence.
  public var description: String { "cannot listen on \(address): \(reason)" }
}
