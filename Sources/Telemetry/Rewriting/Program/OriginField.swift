/// A piece of a batch's origin.
public enum OriginField: Sendable, Equatable {
  /// The values of a header that the receiver kept, in lower case, joined by semicolons.
  case metadata(String)
  /// The sender's address without the port.
  case clientAddress

  /// The text of the field, nil where the origin does not have it.
  func text(of origin: Origin) -> String? {
    switch self {
    case .metadata(let name):
      let values = origin.values(of: name)
      return values.isEmpty ? nil : values.joined(separator: ";")
    case .clientAddress:
      let peer = origin.peer
      if peer.isEmpty { return nil }
      if peer.hasPrefix("["), let end = peer.lastIndex(of: "]") {
        return String(peer[peer.index(after: peer.startIndex)..<end])
      }
      guard !peer.hasPrefix("/"), let colon = peer.lastIndex(of: ":") else { return peer }
      return String(peer[..<colon])
    }
  }
}
