public import GRPC

/// A `google.rpc.Status`: how OTLP tells errors in gRPC details and in HTTP bodies.
public struct RPCStatus: Sendable, Equatable {
  /// What is wrong with one field of a request; `google.rpc.BadRequest.FieldViolation`.
  public struct FieldViolation: Sendable, Equatable {
    /// The field's path.
    public var field: String
    /// What is wrong with it.
    public var description: String

    /// A violation of these parts.
    public init(field: String, description: String) {
      self.field = field
      self.description = description
    }
  }

  /// What a program can read of an error.
  public enum Detail: Sendable, Equatable {
    /// The request may be sent again after this time; `google.rpc.RetryInfo`.
    case retryInfo(Duration)
    /// The request is wrong in these fields; `google.rpc.BadRequest`.
    case badRequest([FieldViolation])
  }

  /// The code.
  public var code: GRPCStatusCode
  /// What happened, for developers.
  public var message: String
  /// What a program can read; details of other types are ignored when a status is decoded.
  public var details: [Detail]

  /// A status of these parts.
  public init(_ code: GRPCStatusCode, _ message: String = "", details: [Detail] = []) {
    self.code = code
    self.message = message
    self.details = details
  }

  /// The time after which to try again, where a detail says one; never negative.
  public var retryDelay: Duration? {
    for case .retryInfo(let delay) in details { return max(delay, .zero) }
    return nil
  }
}
