/// Where to listen or connect: a TCP host and port, or the path of a Unix socket.
public enum SocketAddress: Sendable, Hashable {
  /// A host name or a numeric address without brackets, empty for all addresses; port 0 lets the system choose.
  case tcp(host: String, port: UInt16)
  /// A path in the file system, or an abstract name that begins with `@`.
  case unix(path: String)

  /// The longest path that the kernel takes (`sun_path` without its final zero).
  public static let maximumPathByteCount = 107

  /// Reads `host:port`, `[v6]:port`, `:port`, `unix:path`, `unix:///path` or `/path`.
  ///
  /// - Throws: what is wrong with the text and what it should look like.
  public init(parsing text: String) throws(SocketAddressError) {
    if text.hasPrefix("unix://") {
      self = try SocketAddress.path(text.dropFirst(7), text)
    } else if text.hasPrefix("unix:") {
      self = try SocketAddress.path(text.dropFirst(5), text)
    } else if text.hasPrefix("/") {
      self = try SocketAddress.path(text[...], text)
    } else {
      self = try SocketAddress.hostAndPort(text)
    }
  }

  private static func path(
    _ path: Substring, _ text: String
  ) throws(SocketAddressError) -> SocketAddress {
    guard !path.isEmpty else {
      throw SocketAddressError(text: text, problem: "has no path")
    }
    guard path.utf8.count <= maximumPathByteCount else {
      throw SocketAddressError(
        text: text, problem: "is longer than the \(maximumPathByteCount) bytes of a socket's path")
    }
    return .unix(path: String(path))
  }

  private static func hostAndPort(_ text: String) throws(SocketAddressError) -> SocketAddress {
    guard let colon = text.lastIndex(of: ":") else {
      throw SocketAddressError(text: text, problem: "has no port; write host:port")
    }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(digits) else {
      throw SocketAddressError(
        text: text, problem: "has the port '\(digits)'; a port is a number from 0 to 65535")
    }
    if host.hasPrefix("[") {
      guard host.hasSuffix("]"), host.count > 2 else {
        throw SocketAddressError(text: text, problem: "has an unclosed bracket; write [::1]:4317")
      }
      host = host.dropFirst().dropLast()
      guard host.contains(":") else {
        throw SocketAddressError(text: text, problem: "has brackets around what is no IPv6 address")
      }
    } else if host.contains(":") {
      throw SocketAddressError(
        text: text, problem: "needs brackets around the IPv6 address; write [::1]:4317")
    }
    guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x2F }) else {
      throw SocketAddressError(text: text, problem: "has a host with a space or a slash in it")
    }
    return .tcp(host: String(host), port: port)
  }
}

extension SocketAddress: CustomStringConvertible {
  /// The address as it would be written in a configuration.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

/// A text that is no socket address.
public struct SocketAddressError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// What is wrong with it, as the end of a sentence.
  public let problem: String

  /// The text and the problem in one sentence.
  public var description: String { "the address '\(text)' \(problem)" }
}
