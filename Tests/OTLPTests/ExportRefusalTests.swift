import Bytes
import GRPC
import HTTPTypes
import Telemetry
import Testing

@testable import OTLP

@Suite struct ExportRefusalTests {
  @Test(
    "overload is always retryable: UNAVAILABLE with RetryInfo, 503 with Retry-After",
    arguments: [
      (DeliveryError.memoryPressure, Duration.seconds(1), "1"), (.queueFull, .seconds(1), "1"),
      (.stopping, .seconds(1), "1"), (.abandoned, .seconds(1), "1"),
      (.retryable("later", after: nil), .seconds(1), "1"),
      (.retryable("later", after: .milliseconds(2500)), .milliseconds(2500), "3"),
      (.retryable("later", after: .zero), .zero, "1"),
      (.retryable("later", after: .seconds(-3)), .zero, "1"),
    ])
  func overload(error: DeliveryError, delay: Duration, seconds: String) {
    let refusal = ExportRefusal.delivery(error)
    let grpc = refusal.grpcStatus
    #expect(grpc.code == .unavailable)
    #expect(grpc.message == error.description)
    let details = grpc.details.flatMap { RPCStatus($0.span, as: .protobuf) }
    #expect(
      details == RPCStatus(.unavailable, error.description, details: [.retryInfo(delay)]))
    for encoding in OTLPEncoding.allCases {
      let (head, body) = refusal.httpResponse(as: encoding)
      #expect(head.status == 503)
      #expect(head.fields.first("retry-after") == seconds)
      #expect(RPCStatus(body.span, as: encoding) == details)
    }
    // What a client of ours makes of it is what the error was.
    let outcome = ExportOutcome(grpc, response: Span(), for: .traces)
    #expect(
      outcome == .failed(.retryable("UNAVAILABLE: \(error.description)", after: delay)))
  }

  @Test("OTLP rule 14 and 26: bad data is INVALID_ARGUMENT and 400 with BadRequest")
  func invalid() {
    let refusal = ExportRefusal.undecodable("expected an integer", field: "a.b")
    let status = RPCStatus(
      .invalidArgument, "expected an integer",
      details: [.badRequest([.init(field: "a.b", description: "expected an integer")])])
    #expect(refusal.grpcStatus.code == .invalidArgument)
    #expect(refusal.grpcStatus.details.flatMap { RPCStatus($0.span, as: .protobuf) } == status)
    let (head, body) = refusal.httpResponse(as: .json)
    #expect(head.status == 400)
    #expect(!head.fields.contains("retry-after"))
    #expect(RPCStatus(body.span, as: .json) == status)
  }

  @Test("errors of the JSON decoder become refusals that name the field")
  func decoderErrors() {
    #expect(
      ExportRefusal(JSONError(.expectedHex, at: 7, path: "a[0].b"))
        == .undecodable(
          "a[0].b: expected a string with an even number of hex digits at offset 7",
          field: "a[0].b"))
    #expect(ExportRefusal(JSONError(.outputTooLarge, at: 7)).httpStatus == 413)
  }

  @Test("OTLP rule 2 and 20: an oversize request is RESOURCE_EXHAUSTED without RetryInfo, and 413")
  func tooLarge() {
    let refusal = ExportRefusal.tooLarge("more than 64 MiB")
    #expect(refusal.grpcStatus == GRPCStatus(.resourceExhausted, "more than 64 MiB"))
    #expect(refusal.httpStatus == 413)
    let outcome = ExportOutcome(refusal.grpcStatus, response: Span(), for: .traces)
    #expect(outcome == .tooLarge("RESOURCE_EXHAUSTED: more than 64 MiB"))
    #expect(!refusal.httpResponse(as: .protobuf).head.fields.contains("retry-after"))
  }

  @Test("a permanent error is INTERNAL and 500")
  func permanent() {
    let refusal = ExportRefusal.delivery(.permanent("no"))
    #expect(refusal.grpcStatus == GRPCStatus(.internal, "no"))
    #expect(refusal.httpStatus == 500)
  }

  @Test("OTLP rule 19 and 24: error bodies are a Status in the request's encoding")
  func contentType() {
    for encoding in OTLPEncoding.allCases {
      let (head, body) = ExportRefusal.delivery(.permanent("no")).httpResponse(as: encoding)
      #expect(head.fields.first("content-type") == encoding.contentType)
      #expect(RPCStatus(body.span, as: encoding) == RPCStatus(.internal, "no"))
    }
  }

  @Test(
    "gRPC codes become HTTP statuses as in the reference collector",
    arguments: [
      (GRPCStatusCode.cancelled, 503), (.deadlineExceeded, 503), (.aborted, 503),
      (.outOfRange, 503), (.unavailable, 503), (.dataLoss, 503), (.resourceExhausted, 429),
      (.invalidArgument, 400), (.unauthenticated, 401), (.permissionDenied, 403),
      (.unimplemented, 404), (.unknown, 500), (.notFound, 500), (.alreadyExists, 500),
      (.failedPrecondition, 500), (.internal, 500), (.ok, 200),
    ])
  func httpStatus(code: GRPCStatusCode, status: Int) {
    #expect(code.httpStatus == status)
  }
}
