internal import Bytes
internal import Glibc
public import Queues
public import Telemetry

/// Asks the kernel which socket is one end of a TCP connection (sock_diag(7), NETLINK_SOCK_DIAG).
public struct SocketDiagnostics: ~Copyable {
  /// A socket of this system.
  public struct Socket: Sendable, Hashable {
    /// The inode, by which a process's descriptors name the socket.
    public let inode: UInt64
    /// The user who made it.
    public let user: UInt32

    /// A socket of this inode and user.
    public init(inode: UInt64, user: UInt32) {
      self.inode = inode
      self.user = user
    }
  }

  private static let requestByteCount = 72
  private static let answerType: UInt16 = 20  // SOCK_DIAG_BY_FAMILY
  private static let errorType: UInt16 = 2  // NLMSG_ERROR
  /// SOCK_DIAG's number among the netlink families.
  private static let family: Int32 = 4

  private let descriptor: Int32
  private var sequence: UInt32 = 0

  /// A way to ask; needs no privilege.
  ///
  /// - Throws: the call that failed, as where a sandbox forbids netlink.
  public init() throws(SystemError) {
    descriptor = socket(
      AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
      SocketDiagnostics.family)
    guard descriptor >= 0 else { throw .last("socket") }
    var time = timeval(tv_sec: 1, tv_usec: 0)
    // The kernel answers at once or never; the pointer is valid for the call.
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(descriptor)
  }

  /// The sender's socket of the connection; nil where this network namespace has none, or no process holds it.
  ///
  /// - Throws: the call that failed.
  public mutating func find(_ ends: TCPEnds) throws(SystemError) -> Socket? {
    sequence &+= 1
    var request = SocketDiagnostics.request(ends, sequence: sequence)
    // Netlink without an address goes to the kernel; the array is as long as stated.
    guard unsafe send(descriptor, &request, request.count, 0) == request.count else {
      throw .last("send")
    }
    var answer = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = unsafe recv(descriptor, &answer, answer.count, 0)
      if count < 0 {
        if errno == EINTR { continue }
        throw .last("recv")
      }
      switch SocketDiagnostics.read(answer.span.extracting(0..<count), sequence) {
      case .found(let socket): return socket.inode == 0 ? nil : socket
      case .refused(let code):
        if code == ENOENT { return nil }
        throw SystemError(call: "sock_diag", code: code)
      case .other: continue
      }
    }
  }

  /// What an answer says.
  enum Answer: Equatable {
    case found(Socket)
    case refused(Int32)
    /// It answers nothing that was asked.
    case other
  }

  /// A `nlmsghdr` and an `inet_diag_req_v2` for exactly this socket, in every state.
  static func request(_ ends: TCPEnds, sequence: UInt32) -> [UInt8] {
    var buffer = ByteBuffer(minimumCapacity: requestByteCount)
    buffer.appendFixed32(UInt32(requestByteCount))
    // The type, and NLM_F_REQUEST.
    buffer.appendFixed32(UInt32(answerType) | 1 << 16)
    buffer.appendFixed32(sequence)
    buffer.appendFixed32(0)
    let family = ends.senderAddress.count == 4 ? AF_INET : AF_INET6
    buffer.append(UInt8(family))
    buffer.append(UInt8(IPPROTO_TCP))
    buffer.append(0)
    buffer.append(0)
    buffer.appendFixed32(.max)
    for port in [ends.senderPort, ends.receiverPort] {
      buffer.append(UInt8(port >> 8))
      buffer.append(UInt8(truncatingIfNeeded: port))
    }
    for address in [ends.senderAddress, ends.receiverAddress] {
      for index in 0..<16 { buffer.append(index < address.count ? address[index] : 0) }
    }
    buffer.appendFixed32(0)
    // Any cookie.
    buffer.appendFixed64(.max)
    return [UInt8](copying: buffer.span)
  }

  /// Reads a `nlmsghdr` and an `inet_diag_msg` or an error.
  static func read(_ bytes: Span<UInt8>, _ sequence: UInt32) -> Answer {
    guard bytes.count >= 20, number(bytes, 8) == sequence else { return .other }
    let type = UInt16(truncatingIfNeeded: number(bytes, 4))
    if type == errorType { return .refused(-Int32(bitPattern: number(bytes, 16))) }
    guard type == answerType, bytes.count >= 16 + 72 else { return .other }
    return .found(Socket(inode: UInt64(number(bytes, 84)), user: number(bytes, 80)))
  }

  /// Four bytes in the order of this machine, which is little-endian.
  private static func number(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in 0..<4 { value |= UInt32(bytes[offset + index]) << UInt32(8 * index) }
    return value
  }
}
