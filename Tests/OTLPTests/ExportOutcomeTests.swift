import Bytes
import GRPC
import HTTPTypes
import Telemetry
import Testing

@testable import OTLP

@Suite struct ExportOutcomeTests {
  private func details(_ status: RPCStatus) -> ByteSlice {
    var buffer = ByteBuffer()
    status.encode(as: .protobuf, into: &buffer)
    return buffer.takeSlice()
  }

  @Test(
    "OTLP, table of gRPC codes: which are retryable",
    arguments: [
      (GRPCStatusCode.cancelled, true), (.deadlineExceeded, true), (.aborted, true),
      (.outOfRange, true), (.unavailable, true), (.dataLoss, true),
      (.unknown, false), (.notFound, false), (.alreadyExists, false), (.permissionDenied, false),
      (.unauthenticated, false), (.failedPrecondition, false), (.unimplemented, false),
      (.internal, false), (.invalidArgument, false),
    ])
  func grpcCodes(code: GRPCStatusCode, isRetryable: Bool) {
    let outcome = ExportOutcome(GRPCStatus(code, "why"), response: Span(), for: .traces)
    let reason = "\(code.name): why"
    #expect(
      outcome == .failed(isRetryable ? .retryable(reason, after: nil) : .permanent(reason)))
  }

  @Test("OTLP rule 16: RESOURCE_EXHAUSTED is retryable with RetryInfo, else a matter of size")
  func resourceExhausted() {
    let delayed = GRPCStatus(
      .resourceExhausted,
      details: details(RPCStatus(.resourceExhausted, details: [.retryInfo(.seconds(7))])))
    #expect(
      ExportOutcome(delayed, response: Span(), for: .logs)
        == .failed(.retryable("RESOURCE_EXHAUSTED", after: .seconds(7))))
    let other = GRPCStatus(
      .resourceExhausted,
      details: details(RPCStatus(.resourceExhausted, details: [.badRequest([])])))
    #expect(
      ExportOutcome(other, response: Span(), for: .logs)
        == .tooLarge("RESOURCE_EXHAUSTED"))
    let garbage = GRPCStatus(.resourceExhausted, details: ByteSlice([0xFF]))
    #expect(
      ExportOutcome(garbage, response: Span(), for: .logs)
        == .tooLarge("RESOURCE_EXHAUSTED"))
  }

  @Test("OTLP rule 17: the server's retry delay is kept, and a negative one is none")
  func retryDelay() {
    for (delay, kept) in [
      (Duration.milliseconds(20), Duration.milliseconds(20)), (.seconds(-1), .zero),
    ] {
      let status = GRPCStatus(
        .unavailable, details: details(RPCStatus(.unavailable, details: [.retryInfo(delay)])))
      #expect(
        ExportOutcome(status, response: Span(), for: .traces)
          == .failed(.retryable("UNAVAILABLE", after: kept)))
    }
  }

  @Test("OTLP rule 12: partial success is delivered and says what was rejected")
  func partialSuccess() {
    var buffer = ByteBuffer()
    ExportResponse(rejectedItemCount: 2, message: "m")
      .encode(for: .metrics, as: .protobuf, into: &buffer)
    #expect(
      ExportOutcome(.ok, response: buffer.span, for: .metrics)
        == .delivered(rejectedItemCount: 2, message: "m"))
    #expect(
      ExportOutcome(.ok, response: Span(), for: .metrics)
        == .delivered(rejectedItemCount: 0, message: ""))
  }

  @Test("a response that cannot be read, or counts below zero, is a success")
  func oddResponses() {
    let garbage: [UInt8] = [0xFF, 0xFF]
    #expect(
      ExportOutcome(.ok, response: garbage.span, for: .traces)
        == .delivered(rejectedItemCount: 0, message: ""))
    var buffer = ByteBuffer()
    ExportResponse(rejectedItemCount: -5).encode(for: .traces, as: .protobuf, into: &buffer)
    #expect(
      ExportOutcome(.ok, response: buffer.span, for: .traces)
        == .delivered(rejectedItemCount: 0, message: ""))
  }

  @Test(
    "OTLP rule 25: only 429, 502, 503 and 504 are retryable",
    arguments: [
      301, 302, 400, 401, 403, 404, 405, 408, 415, 429, 500, 501, 502, 503, 504, 507,
    ])
  func httpStatuses(status: Int) {
    let outcome = ExportOutcome(
      HTTPResponseHead(status: status), body: Span(), for: .traces, now: 0)
    let isRetryable = [429, 502, 503, 504].contains(status)
    #expect(
      outcome
        == .failed(
          isRetryable
            ? .retryable("HTTP \(status)", after: nil) : .permanent("HTTP \(status)")))
  }

  @Test("413 is a matter of size")
  func payloadTooLarge() {
    let outcome = ExportOutcome(
      HTTPResponseHead(status: 413), body: Span(), for: .traces, now: 0)
    #expect(outcome == .tooLarge("HTTP 413"))
  }

  @Test("OTLP rule 27: Retry-After is seconds or a date, before RetryInfo in the body")
  func retryAfter() {
    let now: Int64 = 784_111_777
    func outcome(_ fields: HTTPFields, _ body: String = "") -> ExportOutcome {
      ExportOutcome(
        HTTPResponseHead(status: 503, fields: fields), body: Array(body.utf8).span, for: .traces,
        now: now)
    }
    #expect(
      outcome(HTTPFields(["retry-after": "5"]))
        == .failed(.retryable("HTTP 503", after: .seconds(5))))
    #expect(
      outcome(HTTPFields(["retry-after": "Sun, 06 Nov 1994 08:50:07 GMT"]))
        == .failed(.retryable("HTTP 503", after: .seconds(30))))
    let body =
      #"{"message":"busy","details":[{"@type":"x/google.rpc.RetryInfo","retryDelay":"2s"}]}"#
    #expect(
      outcome(HTTPFields(["content-type": "application/json"]), body)
        == .failed(.retryable("HTTP 503: busy", after: .seconds(2))))
    #expect(
      outcome(HTTPFields(["content-type": "application/json", "retry-after": "9"]), body)
        == .failed(.retryable("HTTP 503: busy", after: .seconds(9))))
    #expect(
      outcome(HTTPFields(["content-type": "text/html", "retry-after": "soon"]), body)
        == .failed(.retryable("HTTP 503", after: nil)))
  }

  @Test("OTLP rule 23: any 2xx is delivered, with the response in the encoding that it names")
  func httpSuccess() {
    let json = Array(#"{"partialSuccess":{"rejectedSpans":"4","errorMessage":"m"}}"#.utf8)
    for (fields, count) in [
      (HTTPFields(["content-type": "application/json; charset=utf-8"]), Int64(4)),
      (HTTPFields(), 0),
      (HTTPFields(["content-type": "text/plain"]), 0),
      (HTTPFields(["content-type": "application/x-protobuf"]), 0),
    ] {
      let outcome = ExportOutcome(
        HTTPResponseHead(status: 200, fields: fields), body: json.span, for: .traces, now: 0)
      #expect(outcome == .delivered(rejectedItemCount: count, message: count == 0 ? "" : "m"))
    }
  }

  @Test("a server's long message is cut")
  func longMessage() {
    let message = String(repeating: "\u{E4}", count: 100_000)
    let outcome = ExportOutcome(GRPCStatus(.internal, message), response: Span(), for: .traces)
    guard case .failed(.permanent(let reason)) = outcome else {
      Issue.record("an internal error is permanent")
      return
    }
    #expect(reason.utf8.count < 1100)
    #expect(!reason.contains("\u{FFFD}"))
  }
}
