public import Sockets
public import Telemetry

extension SocketPeer: SenderConnection {
  /// How the sender's process can be found.
  public var sender: Sender {
    if let credentials {
      return .process(UInt32(clamping: credentials.process), user: credentials.user)
    }
    guard let remote, let local, let remoteBytes = remote.addressBytes,
      let localBytes = local.addressBytes
    else { return .remote }
    let ends = TCPEnds(from: (remoteBytes, remote.port), to: (localBytes, local.port))
    return ends.isLocal ? .socket(ends) : .remote
  }
}
