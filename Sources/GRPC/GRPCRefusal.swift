public import HTTPTypes

/// Why a request's head is no call, and how to answer it.
public enum GRPCRefusal: Error, Equatable, Sendable {
  /// It is not gRPC: a plain HTTP status.
  case http(Int)
  /// It is gRPC that cannot be served.
  case status(GRPCStatus)

  /// The head that answers the request and ends its stream.
  ///
  /// Names the encodings that are understood, as the gRPC compression document demands of a
  /// server that refuses one.
  public var responseHead: HTTPResponseHead {
    switch self {
    case .http(let status):
      return HTTPResponseHead(status: status)
    case .status(let status):
      var head = GRPCHeads.trailersOnly(status)
      if status.code == .unimplemented {
        let names = GRPCEncoding.allCases.map(\.rawValue).joined(separator: ",")
        head.fields.append("grpc-accept-encoding", names)
      }
      return head
    }
  }
}
