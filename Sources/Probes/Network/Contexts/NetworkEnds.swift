internal import Bytes
internal import Telemetry

/// What one client's flows to one server have in common of their ends: everything but the client's port.
struct NetworkEnds: Equatable {
  /// The ends of no flow.
  static let none = NetworkEnds()

  private let local: NetworkAddress
  let remote: NetworkAddress
  private let namespace: UInt32
  /// The server's port; 0 where nobody knows who asked.
  private let port: UInt16
  private let role: NetworkFlow.Role
  private let isTCP: Bool
  private let isIPv4: Bool

  init(_ flow: NetworkFlow) {
    local = flow.local
    remote = flow.remote
    namespace = flow.namespace
    role = flow.role
    port = role == .client || role == .server ? flow.serverPort : 0
    isTCP = flow.isTCP
    // Where the peer is not known the socket says.
    isIPv4 = flow.remote.isUnspecified ? flow.isIPv4Socket : flow.remote.isIPv4
  }

  private init() {
    (local, remote) = (.none, .none)
    namespace = 0
    role = .unknown
    port = 0
    isTCP = false
    isIPv4 = false
  }

  /// Where in a table of 256 places they are.
  var place: Int {
    // The role too: of a connection within one process both ends are told of, one after the other.
    let mixed =
      (remote.low ^ local.low &* 31 ^ UInt64(port) << 40 ^ UInt64(role.rawValue) << 58)
      &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 56)
  }

  /// The most bytes that they have as attributes, with the name that the remote address was asked for by.
  func byteLimit(name: String?) -> Int {
    // At most ten, with keys of 23 bytes, four addresses or three and a name, of which one has at most 39 bytes.
    10 * (RecordPen.overhead + 23) + 4 * 39 + (name?.utf8.count ?? 0)
  }

  /// Writes them as attributes of a log record; `text` is room for what is made into text.
  func write(to pen: inout RecordPen, name: String?, _ text: inout ByteBuffer) {
    pen.attribute("network.transport", (isTCP ? "tcp" : "udp") as StaticString)
    pen.attribute("network.type", (isIPv4 ? "ipv4" : "ipv6") as StaticString)
    pen.attribute("network.namespace.inode", Int64(namespace))
    // Each address is turned into text once and written twice.
    text.truncate(to: 0)
    if !local.isUnspecified { local.append(to: &text) }
    let near = 0..<text.count
    if !remote.isUnspecified { remote.append(to: &text) }
    let far = near.upperBound..<text.count
    let isServer = role == .server
    let (source, destination) = isServer ? (far, near) : (near, far)
    write("source.address", text.span.extracting(source), to: &pen)
    write("destination.address", text.span.extracting(destination), to: &pen)
    guard role == .client || isServer else { return }
    pen.attribute("destination.port", Int64(port))
    pen.attribute("network.flow.role", (isServer ? "server" : "client") as StaticString)
    let remoteKey: StaticString = isServer ? "client.address" : "server.address"
    let localKey: StaticString = isServer ? "server.address" : "client.address"
    write(localKey, text.span.extracting(near), to: &pen)
    if let name {
      pen.attribute(remoteKey, utf8: name.utf8Span.span)
    } else {
      write(remoteKey, text.span.extracting(far), to: &pen)
    }
    pen.attribute("server.port", Int64(port))
  }

  private func write(_ key: StaticString, _ address: Span<UInt8>, to pen: inout RecordPen) {
    if !address.isEmpty { pen.attribute(key, utf8: address) }
  }
}
