public import GRPC

extension GRPCStatusCode {
  /// The HTTP status under which an OTLP/HTTP server tells this error.
  public var httpStatus: Int {
    switch self {
    case .ok: 200
    case .cancelled, .deadlineExceeded, .aborted, .outOfRange, .unavailable, .dataLoss: 503
    case .resourceExhausted: 429
    case .invalidArgument: 400
    case .unauthenticated: 401
    case .permissionDenied: 403
    case .unimplemented: 404
    case .unknown, .notFound, .alreadyExists, .failedPrecondition, .internal: 500
    }
  }

  /// Whether an OTLP client sends the same request again; OTLP, "Failures", table.
  ///
  /// `RESOURCE_EXHAUSTED` is so only where the server says when.
  public func isRetryable(withRetryInfo hasRetryInfo: Bool) -> Bool {
    switch self {
    case .cancelled, .deadlineExceeded, .aborted, .outOfRange, .unavailable, .dataLoss: true
    case .resourceExhausted: hasRetryInfo
    case .ok, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
      .failedPrecondition, .unimplemented, .internal, .unauthenticated:
      false
    }
  }
}
