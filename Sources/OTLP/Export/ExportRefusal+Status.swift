public import Bytes
public import GRPC
public import HTTPTypes
internal import Telemetry

extension ExportRefusal {
  /// When a sender shall try again where nothing better is known.
  public static let defaultRetryDelay = Duration.seconds(1)

  /// The refusal as a status; overload carries the time after which to try again.
  ///
  /// OTLP, "Failures" and "OTLP/gRPC Throttling". A size limit has no such time, so that clients
  /// drop the request.
  public var status: RPCStatus {
    switch self {
    case .invalid(let reason, let violations):
      RPCStatus(
        .invalidArgument, reason, details: violations.isEmpty ? [] : [.badRequest(violations)])
    case .tooLarge(let reason):
      RPCStatus(.resourceExhausted, reason)
    case .delivery(.permanent(let reason)):
      RPCStatus(.internal, reason)
    case .delivery(let error):
      RPCStatus(.unavailable, error.description, details: [.retryInfo(retryDelay(error))])
    }
  }

  private func retryDelay(_ error: DeliveryError) -> Duration {
    guard case .retryable(_, let delay?) = error else { return ExportRefusal.defaultRetryDelay }
    return max(delay, .zero)
  }

  /// The refusal as a gRPC status, with the details in `google.rpc.Status`.
  public var grpcStatus: GRPCStatus {
    let status = status
    guard !status.details.isEmpty else { return GRPCStatus(status.code, status.message) }
    var buffer = ByteBuffer()
    status.encode(as: .protobuf, into: &buffer)
    return GRPCStatus(status.code, status.message, details: buffer.takeSlice())
  }

  /// The HTTP status of the refusal; 413 for a request that is too large.
  public var httpStatus: Int {
    if case .tooLarge = self { return 413 }
    return status.code.httpStatus
  }

  /// The refusal as an HTTP response whose body is a status in the request's encoding.
  ///
  /// Overload has `Retry-After` in whole seconds, at least one.
  public func httpResponse(
    as encoding: OTLPEncoding
  ) -> (head: HTTPResponseHead, body: ByteSlice) {
    let status = status
    var body = ByteBuffer()
    status.encode(as: encoding, into: &body)
    var head = HTTPResponseHead(status: httpStatus)
    head.fields.append("content-type", encoding.contentType)
    if let delay = status.retryDelay {
      head.fields.append("retry-after", String(RetryAfter.seconds(delay)))
    }
    return (head, body.takeSlice())
  }
}
