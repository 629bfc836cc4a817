/// The connection that a batch came over, the same object for all that comes over it.
public protocol SenderConnection: AnyObject, Sendable {
  /// The sender's address in words.
  var description: String { get }
  /// How the sender's process can be found.
  var sender: Sender { get }
  /// When the connection was accepted, in nanoseconds since boot.
  var acceptTime: UInt64 { get }
  /// What `owner` keeps with the connection, made at the first call and let go with the connection.
  ///
  /// Any thread may ask. The owner is kept too.
  func kept<Kept: AnyObject & Sendable>(
    for owner: any AnyObject & Sendable, make: () -> Kept
  ) -> Kept
}
