/// How the process at the other end of a connection can be found.
public enum Sender: Sendable, Hashable {
  /// It connected to a Unix socket: its number as this process sees it, 0 where it does not, and its user.
  case process(UInt32, user: UInt32)
  /// It holds the other end of a TCP connection within this system.
  case socket(TCPEnds)
  /// It is on another system, or in another network of this one.
  case remote
}
