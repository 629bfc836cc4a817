internal import CSockets
internal import Glibc
internal import Queues

/// A socket's file descriptor with one owner; closed when the last reference is gone.
public final class SocketDescriptor: Sendable {
  let number: Int32

  /// Takes ownership of `number`.
  init(adopting number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// A non-blocking stream socket of the address' family that is closed when a program is run.
  static func stream(for address: ResolvedAddress) throws(SystemError) -> SocketDescriptor {
    let number = socket(
      address.family,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw .last("socket") }
    return SocketDescriptor(adopting: number)
  }

  func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
    var value = value
    guard unsafe setsockopt(number, level, option, &value, socklen_t(4)) == 0 else {
      throw .last("setsockopt")
    }
  }

  /// Sends small writes at once and notices peers that vanished.
  func setConnectionOptions() {
    // Both fail on Unix sockets, where they have no meaning.
    try? set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    try? set(SOL_SOCKET, SO_KEEPALIVE, 1)
  }

  /// The error that the kernel holds for the socket, cleared by asking.
  func takeError() -> Int32 {
    var code: Int32 = 0
    var count = socklen_t(4)
    guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &count) == 0 else {
      return errno
    }
    return code
  }

  /// Who connected to this accepted Unix socket; nil where the kernel does not tell.
  func peerCredentials() -> SocketPeer.Credentials? {
    var process: Int32 = 0
    var user: UInt32 = 0
    // Both pointers are valid for the call.
    guard unsafe peer_credentials(number, &process, &user) == 0 else { return nil }
    return SocketPeer.Credentials(process: process, user: user)
  }

  func localAddress() throws(SystemError) -> ResolvedAddress {
    var storage = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(number, address, &count)
      }
    }
    guard result == 0 else { throw .last("getsockname") }
    return ResolvedAddress(storage: storage, count: count)
  }
}
