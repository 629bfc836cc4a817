internal import Bytes
public import GRPC
public import HTTPTypes
public import Telemetry

/// How an export ended, as a client reads it from the server's answer.
public enum ExportOutcome: Sendable, Equatable {
  /// The server took the request, but for `rejectedItemCount` items that it will never take.
  ///
  /// The message says why, or warns where nothing was rejected; it is empty on full success. A
  /// partial success is never sent again; OTLP, "Partial Success".
  case delivered(rejectedItemCount: Int64, message: String)
  /// The server did not take the request.
  case failed(DeliveryError)
  /// The server did not take the request because of its size: smaller ones may be taken.
  ///
  /// RESOURCE_EXHAUSTED without `RetryInfo`, or 413 over HTTP.
  case tooLarge(String)

  /// The most bytes of a server's text that go into an error.
  private static let maximumReasonByteCount = 1024

  /// The outcome of a gRPC call: its status, and its response where the status is OK.
  public init(_ status: GRPCStatus, response: Span<UInt8>, for signal: Signal) {
    guard status.code != .ok else {
      self.init(response, for: signal, as: .protobuf)
      return
    }
    let details = status.details.flatMap { RPCStatus($0.span, as: .protobuf) }
    let delay = details?.retryDelay
    let reason = ExportOutcome.reason(status.code.name, status.message)
    if status.code == .resourceExhausted, delay == nil {
      self = .tooLarge(reason)
      return
    }
    self = .failed(
      status.code.isRetryable(withRetryInfo: delay != nil)
        ? .retryable(reason, after: delay) : .permanent(reason))
  }

  /// The outcome of an HTTP request: the head and the body of its response.
  ///
  /// Only 429, 502, 503 and 504 are retryable; OTLP/HTTP, "Retryable Response Codes".
  ///
  /// - Parameter now: The time in seconds since 1970-01-01 UTC, for a `Retry-After` with a date.
  public init(_ head: HTTPResponseHead, body: Span<UInt8>, for signal: Signal, now: Int64) {
    let encoding = head.fields.first("content-type").flatMap { OTLPEncoding(contentType: $0) }
    if (200..<300).contains(head.status) {
      guard let encoding else {
        self = .delivered(rejectedItemCount: 0, message: "")
        return
      }
      self.init(body, for: signal, as: encoding)
      return
    }
    let status = encoding.flatMap { RPCStatus(body, as: $0) }
    let reason = ExportOutcome.reason("HTTP \(head.status)", status?.message ?? "")
    if head.status == 413 {
      self = .tooLarge(reason)
      return
    }
    guard [429, 502, 503, 504].contains(head.status) else {
      self = .failed(.permanent(reason))
      return
    }
    let asked = head.fields.first("retry-after").flatMap { RetryAfter.delay($0, now: now) }
    self = .failed(.retryable(reason, after: asked ?? status?.retryDelay))
  }

  /// The outcome of a successful call; a response that cannot be read does not undo its success.
  private init(_ response: Span<UInt8>, for signal: Signal, as encoding: OTLPEncoding) {
    let response = ExportResponse(response, for: signal, as: encoding) ?? .success
    self = .delivered(
      // A count below zero means nothing and must not lower the sum of rejected items.
      rejectedItemCount: max(0, response.rejectedItemCount),
      message: response.message.prefix(utf8Count: ExportOutcome.maximumReasonByteCount))
  }

  private static func reason(_ code: String, _ message: String) -> String {
    message.isEmpty ? code : "\(code): \(message.prefix(utf8Count: maximumReasonByteCount))"
  }
}
