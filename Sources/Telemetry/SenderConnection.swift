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

/// How the process at the other end of a connection can be found.
public enum Sender: Sendable, Hashable {
  /// It connected to a Unix socket: its number as this process sees it, 0 where it does not, and its user.
  case process(UInt32, user: UInt32)
  /// It holds the other end of a TCP connection within this system.
  case socket(TCPEnds)
  /// It is on another system, or in another network of this one.
  case remote
}

/// The two ends of a TCP connection, seen from the sender.
public struct TCPEnds: Sendable, Hashable {
  /// The sender's address, four or sixteen bytes.
  public let senderAddress: [UInt8]
  /// The sender's port.
  public let senderPort: UInt16
  /// The address that it is connected to, as many bytes.
  public let receiverAddress: [UInt8]
  /// The port that it is connected to.
  public let receiverPort: UInt16

  /// A connection from the first address and port to the second.
  public init(from sender: ([UInt8], UInt16), to receiver: ([UInt8], UInt16)) {
    (senderAddress, senderPort) = sender
    (receiverAddress, receiverPort) = receiver
  }

  /// Whether the connection cannot have left this system: it goes to a loopback address, or from an address to itself.
  public var isLocal: Bool {
    guard senderAddress.count == receiverAddress.count else { return false }
    if senderAddress == receiverAddress { return true }
    return senderAddress.count == 4 && senderAddress[0] == 127 && receiverAddress[0] == 127
  }
}
