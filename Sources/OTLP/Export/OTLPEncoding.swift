/// How a message is written in an OTLP/HTTP body.
public enum OTLPEncoding: Sendable, CaseIterable {
  /// Binary protobuf.
  case protobuf
  /// The JSON mapping of OTLP.
  case json

  /// The media type of such a body; OTLP/HTTP, "Request".
  public var contentType: String {
    switch self {
    case .protobuf: "application/x-protobuf"
    case .json: "application/json"
    }
  }

  /// The encoding that a `Content-Type` field names, whatever its parameters; nil for any other.
  public init?(contentType: some StringProtocol) {
    let type = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
    let trimmed = String(decoding: type.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
    switch trimmed.lowercased() {
    case "application/x-protobuf": self = .protobuf
    case "application/json": self = .json
    default: return nil
    }
  }
}
