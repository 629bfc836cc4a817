internal import Glibc

/// An address that the kernel understands: an IP address with a port, or a Unix socket's path.
public struct ResolvedAddress: Sendable, Hashable {
  /// The bytes of a `sockaddr` of the family's size.
  private let bytes: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(storage: sockaddr_storage, count: socklen_t) {
    self.bytes = unsafe withUnsafeBytes(of: storage) { unsafe Array($0.prefix(Int(count))) }
  }

  /// The address of a Unix socket; a leading `@` stands for the abstract namespace's zero byte.
  init(path: String) {
    var bytes: [UInt8] = []
    let family = sa_family_t(AF_UNIX)
    bytes.append(UInt8(truncatingIfNeeded: family))
    bytes.append(UInt8(truncatingIfNeeded: family >> 8))
    bytes.append(contentsOf: path.utf8)
    if path.hasPrefix("@") { bytes[2] = 0 } else { bytes.append(0) }
    self.bytes = bytes
  }

  /// `::` and the port, which takes IPv4 as well.
  static func anyIPv6(port: UInt16) -> ResolvedAddress {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    return ResolvedAddress(bytes: unsafe withUnsafeBytes(of: address) { unsafe Array($0) })
  }

  /// `0.0.0.0` and the port.
  static func anyIPv4(port: UInt16) -> ResolvedAddress {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    return ResolvedAddress(bytes: unsafe withUnsafeBytes(of: address) { unsafe Array($0) })
  }

  var family: Int32 {
    guard bytes.count >= 2 else { return AF_UNSPEC }
    return Int32(bytes[0]) | Int32(bytes[1]) << 8
  }

  var isUnix: Bool { family == AF_UNIX }

  /// The port in host order; 0 for a Unix socket.
  public var port: UInt16 {
    guard family != AF_UNIX, bytes.count >= 4 else { return 0 }
    return UInt16(bytes[2]) << 8 | UInt16(bytes[3])
  }

  /// Hands the kernel's form of the address to `body`.
  func withSocketAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    unsafe bytes.withUnsafeBytes { raw in
      // Neither call that takes the pointer reads past the count; an address is never empty.
      unsafe body(
        raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self),
        socklen_t(raw.count))
    }
  }

  /// The four or sixteen bytes of the IP address, an IPv4 address in IPv6 form as four; nil for a Unix socket.
  public var addressBytes: [UInt8]? {
    switch family {
    case AF_INET: bytes.count >= 8 ? Array(bytes[4..<8]) : nil
    case AF_INET6: bytes.count < 24 ? nil : Array(isMappedIPv4 ? bytes[20..<24] : bytes[8..<24])
    default: nil
    }
  }

  /// The host without its port, in numbers; a Unix socket's path.
  public var host: String {
    switch family {
    case AF_INET: numeric(offset: 4)
    case AF_INET6: isMappedIPv4 ? mappedIPv4 : numeric(offset: 8)
    default:
      String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private var isMappedIPv4: Bool {
    bytes.count >= 24 && bytes[8..<18].allSatisfy { $0 == 0 } && bytes[18] == 0xFF
      && bytes[19] == 0xFF
  }

  private var mappedIPv4: String {
    bytes[20..<24].map { String($0) }.joined(separator: ".")
  }

  private func numeric(offset: Int) -> String {
    guard bytes.count > offset else { return "" }
    var text = [CChar](repeating: 0, count: 64)
    let isKnown = unsafe bytes.withUnsafeBytes { raw in
      unsafe inet_ntop(family, raw.baseAddress.unsafelyUnwrapped + offset, &text, 64) != nil
    }
    guard isKnown else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension ResolvedAddress: CustomStringConvertible {
  /// `host:port` in numbers, or a Unix socket's path.
  public var description: String {
    if isUnix { return host.isEmpty ? "unix" : "unix:\(host)" }
    let host = self.host
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
