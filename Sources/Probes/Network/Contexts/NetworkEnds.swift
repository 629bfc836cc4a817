internal import Bytes
internal import Telemetry

/// What one client's flows to one server have in common of their ends: everything but the client's port.
struct NetworkEnds: Equatable {
  /// The ends of no flow.
  static let none = NetworkEnds()

  private let local: NetworkAddress
  let remote: NetworkAddress
  /// All else in one word, so that ends are compared in five: the namespace, the port, the role, and which protocols.
  private let traits: UInt64

  @inline(__always)
  init(_ flow: NetworkFlow) {
    local = flow.local
    remote = flow.remote
    let role = flow.role
    let port = role == .client || role == .server ? flow.serverPort : 0
    // Where the peer is not known the socket says.
    let isIPv4 = remote.isUnspecified ? flow.isIPv4Socket : remote.isIPv4
    traits =
      UInt64(flow.namespace) << 32 | UInt64(port) << 16 | UInt64(role.rawValue) << 8
      | (flow.isTCP ? 1 : 0) | (isIPv4 ? 2 : 0)
  }

  private init() {
    (local, remote) = (.none, .none)
    traits = 0
  }

  private var namespace: UInt32 { UInt32(truncatingIfNeeded: traits >> 32) }
  /// The server's port; 0 where nobody knows who asked.
  private var port: UInt16 { UInt16(truncatingIfNeeded: traits >> 16) }
  private var role: NetworkFlow.Role {
    NetworkFlow.Role(rawValue: UInt8(truncatingIfNeeded: traits >> 8)) ?? .unknown
  }
  private var isTCP: Bool { traits & 1 != 0 }
  private var isIPv4: Bool { traits & 2 != 0 }

  /// A number that spreads them.
  var spread: UInt64 {
    // The role too: of a connection within one process both ends are told of, one after the other.
    remote.low ^ local.low &* 31 ^ traits &* 0xff51_afd7_ed55_8ccd
  }

  /// Where in a table of 256 places they are.
  var place: Int { Int(truncatingIfNeeded: (spread &* 0x9e37_79b9_7f4a_7c15) >> 56) }

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
