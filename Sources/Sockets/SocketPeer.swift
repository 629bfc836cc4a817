internal import Glibc
internal import Queues
internal import Synchronization

/// The other end of a connection: one object for everything that comes over it.
public final class SocketPeer: Sendable, CustomStringConvertible {
  /// Who connected to a Unix socket, as the kernel wrote down at the time (`SO_PEERCRED`).
  public struct Credentials: Sendable, Hashable {
    /// The process's number as this process sees it; 0 where it does not see it.
    public let process: Int32
    /// The number of the process's effective user.
    public let user: UInt32
  }

  /// The peer's address in words.
  public let description: String
  /// The peer's address; nil for connections that this side made.
  public let remote: ResolvedAddress?
  /// This side's address; nil for Unix sockets and connections that this side made.
  public let local: ResolvedAddress?
  /// Who the peer is; nil but for Unix sockets that accepted it.
  public let credentials: Credentials?
  /// When the connection was accepted, in nanoseconds since boot; 0 for connections that this side made.
  public let acceptTime: UInt64

  private let kept = Mutex<[(owner: any AnyObject & Sendable, value: any AnyObject & Sendable)]>([])

  /// A peer of which only the address in words is known.
  public init(_ description: String) {
    self.description = description
    remote = nil
    local = nil
    credentials = nil
    acceptTime = 0
  }

  /// The peer at `remote` of a connection that was accepted now.
  init(accepted descriptor: SocketDescriptor, remote: ResolvedAddress) {
    description = remote.description
    self.remote = remote
    local = remote.isUnix ? nil : try? descriptor.localAddress()
    credentials = remote.isUnix ? descriptor.peerCredentials() : nil
    var time = timespec()
    // The pointer is valid for the call.
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    acceptTime = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// What `owner` keeps with the connection, made at the first call and let go with the connection.
  ///
  /// Any thread may ask. The owner is kept too.
  public func kept<Kept: AnyObject & Sendable>(
    for owner: any AnyObject & Sendable, make: () -> Kept
  ) -> Kept {
    kept.withLock { kept in
      for entry in kept where entry.owner === owner {
        if let value = entry.value as? Kept { return value }
      }
      let value = make()
      kept.append((owner, value))
      return value
    }
  }
}
