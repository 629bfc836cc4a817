/// The outcome of a call, as the gRPC status code document numbers it.
public enum GRPCStatusCode: Int, Sendable, CaseIterable {
  /// Success.
  case ok = 0
  /// The call was cancelled, typically by the caller.
  case cancelled = 1
  /// The reason is not known.
  case unknown = 2
  /// The request is wrong whatever the state of the server.
  case invalidArgument = 3
  /// The deadline passed before the call was complete.
  case deadlineExceeded = 4
  /// What was asked for does not exist.
  case notFound = 5
  /// What was to be made exists.
  case alreadyExists = 6
  /// The caller may not do this.
  case permissionDenied = 7
  /// A quota or a limit is used up.
  case resourceExhausted = 8
  /// The server is not in the state that the call needs.
  case failedPrecondition = 9
  /// The call was aborted, for instance by a conflict.
  case aborted = 10
  /// The request goes past the valid range.
  case outOfRange = 11
  /// The method is not known or not supported.
  case unimplemented = 12
  /// Something is broken.
  case `internal` = 13
  /// The service cannot be reached now; trying again may help.
  case unavailable = 14
  /// Data is lost or damaged.
  case dataLoss = 15
  /// The caller did not say, or not prove, who it is.
  case unauthenticated = 16

  /// The name on paper, such as `INVALID_ARGUMENT`.
  public var name: String { GRPCStatusCode.names[rawValue] }

  private static let names = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
    "UNAUTHENTICATED",
  ]

  /// The code for a response that has no `grpc-status`, from its HTTP status.
  ///
  /// As the document "HTTP to gRPC Status Code Mapping" has it.
  public init(httpStatus: Int) {
    self =
      switch httpStatus {
      case 400: .internal
      case 401: .unauthenticated
      case 403: .permissionDenied
      case 404: .unimplemented
      case 429, 502, 503, 504: .unavailable
      default: .unknown
      }
  }
}

extension GRPCStatusCode: CustomStringConvertible {
  /// The name on paper, such as `INVALID_ARGUMENT`.
  public var description: String { name }
}
