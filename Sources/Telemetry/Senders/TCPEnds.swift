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
