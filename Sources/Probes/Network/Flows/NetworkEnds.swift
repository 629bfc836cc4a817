internal import Bytes

/// What one client's flows to one server have in common of their ends: everything but the client's port.
struct NetworkEnds: Equatable {
  /// The places that a table of ends has.
  static let placeCount = 256

  private let local: NetworkAddress
  private let remote: NetworkAddress
  private let namespace: UInt32
  /// The server's port; 0 where nobody knows who asked.
  private let port: UInt16
  private let role: NetworkFlow.Role
  private let isTCP: Bool
  /// The name that the remote address was asked for by.
  private let name: String?

  init(_ flow: NetworkFlow, name: String?) {
    local = flow.local
    remote = flow.remote
    namespace = flow.namespace
    role = flow.role
    port = role == .client || role == .server ? flow.serverPort : 0
    isTCP = flow.isTCP
    self.name = name
  }

  /// Where in the table they are.
  var place: Int {
    let mixed =
      (remote.low ^ local.low &* 31 ^ UInt64(port) << 40 ^ UInt64(role.rawValue) << 58)
      &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 56) & (NetworkEnds.placeCount - 1)
  }

  /// Appends them as attributes of a log record; `text` is room for what is made into text.
  func append(to buffer: inout ByteBuffer, _ keys: NetworkKeys, _ text: inout ByteBuffer) {
    buffer.append(keys.transport, isTCP ? "tcp" : "udp")
    buffer.append(keys.type, remote.isIPv4 ? "ipv4" : "ipv6")
    buffer.append(keys.namespace, Int64(namespace))
    // Each address is turned into text once and written twice.
    text.truncate(to: 0)
    if !local.isUnspecified { local.append(to: &text) }
    let near = 0..<text.count
    if !remote.isUnspecified { remote.append(to: &text) }
    let far = near.upperBound..<text.count
    let isServer = role == .server
    let (source, destination) = isServer ? (far, near) : (near, far)
    append(text.span.extracting(source), keys.sourceAddress, to: &buffer)
    append(text.span.extracting(destination), keys.destinationAddress, to: &buffer)
    guard role == .client || isServer else { return }
    buffer.append(keys.destinationPort, Int64(port))
    buffer.append(keys.role, isServer ? "server" : "client")
    let remoteKey = isServer ? keys.clientAddress : keys.serverAddress
    let localKey = isServer ? keys.serverAddress : keys.clientAddress
    append(text.span.extracting(near), localKey, to: &buffer)
    if let name {
      buffer.append(remoteKey, utf8: name.utf8Span.span)
    } else {
      append(text.span.extracting(far), remoteKey, to: &buffer)
    }
    buffer.append(keys.serverPort, Int64(port))
  }

  private func append(
    _ address: Span<UInt8>, _ key: borrowing EncodedKey, to buffer: inout ByteBuffer
  ) {
    if !address.isEmpty { buffer.append(key, utf8: address) }
  }
}
