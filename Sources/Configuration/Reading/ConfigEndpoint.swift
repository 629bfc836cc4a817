/// A host and port to listen on or connect to.
public struct ConfigEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// The name or address, without brackets; empty for all addresses.
  public let host: String
  /// The port; 0 lets the system choose.
  public let port: Int

  /// The endpoint of this host and port.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// The endpoint that `text` names, such as `localhost:4317`; nil where it is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy(ConfigName.isDigit), let port = Int(digits),
      port <= 65535
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.contains(where: { "/[]@ ".contains($0) }) else { return nil }
    self.init(host: String(host), port: port)
  }

  /// `host:port`, an IPv6 address in brackets.
  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
