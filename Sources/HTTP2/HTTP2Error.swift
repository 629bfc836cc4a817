/// Why a connection cannot go on, or a request could not be submitted.
public enum HTTP2Error: Error, Equatable, Sendable {
  /// The first bytes are not the client's connection preface of RFC 9113 section 3.4.
  case badPreface
  /// The peer sends frames that need answers faster than it reads the answers.
  case flooded
  /// The peer's header block is far larger than the limit that it was told.
  case headerBlockTooLarge
  /// No new request fits on the connection: it is going away or has used all stream numbers.
  case noNewRequests
  /// The connection failed before; nothing more can be received or sent.
  case unusable
  /// The protocol library reported something that has no case of its own.
  case library(String)
}

extension HTTP2Error: CustomStringConvertible {
  /// What happened, for people.
  public var description: String {
    switch self {
    case .badPreface:
      "the peer does not speak HTTP/2 (its first bytes are not the connection preface)"
    case .flooded:
      "the peer floods the connection with frames and does not read the answers"
    case .headerBlockTooLarge:
      "the peer sent a header block many times larger than the limit it was told"
    case .noNewRequests:
      "the connection takes no new requests; open another one"
    case .unusable:
      "the HTTP/2 connection failed before"
    case .library(let reason):
      "HTTP/2: \(reason)"
    }
  }
}
