import Bytes
import Telemetry
import Testing

@testable import OTLP

@Suite struct ExportResponseTests {
  private func bytes(
    _ response: ExportResponse, _ encoding: OTLPEncoding, _ signal: Signal = .traces
  ) -> ByteSlice {
    var buffer = ByteBuffer()
    response.encode(for: signal, as: encoding, into: &buffer)
    return buffer.takeSlice()
  }

  @Test("OTLP rule 9 and 23: full success is zero bytes in protobuf and {} in JSON")
  func fullSuccess() {
    #expect(bytes(.success, .protobuf).isEmpty)
    #expect(bytes(.success, .json).text == "{}")
    #expect(ExportResponse(Span(), for: .traces, as: .protobuf) == .success)
    #expect(ExportResponse(Array("{}".utf8).span, for: .traces, as: .json) == .success)
    #expect(ExportResponse(Span(), for: .traces, as: .json) == .success)
  }

  @Test(
    "OTLP rule 10: partial success names the rejected items of its signal",
    arguments: [
      (Signal.traces, "rejectedSpans"), (.metrics, "rejectedDataPoints"),
      (.logs, "rejectedLogRecords"), (.profiles, "rejectedProfiles"),
    ])
  func partialSuccess(signal: Signal, key: String) throws {
    let response = ExportResponse(rejectedItemCount: 3, message: "a \"b\"")
    let json = bytes(response, .json, signal)
    #expect(
      json.text == #"{"partialSuccess":{"\#(key)":"3","errorMessage":"a \"b\""}}"#)
    #expect(ExportResponse(json.span, for: signal, as: .json) == response)
    let wire = bytes(response, .protobuf, signal)
    #expect(wire.array == [0x0A, 0x09, 0x08, 0x03, 0x12, 0x05] + Array("a \"b\"".utf8))
    #expect(ExportResponse(wire.span, for: signal, as: .protobuf) == response)
    var generic = ByteBuffer()
    try JSONRequestEncoder.encode(
      wire.span, schema: MessageSchema.response(for: signal), into: &generic)
    #expect(generic.takeSlice() == json)
  }

  @Test(
    "OTLP rule 11: a warning has a message and rejects nothing", arguments: OTLPEncoding.allCases)
  func warning(encoding: OTLPEncoding) {
    let response = ExportResponse(message: "deprecated")
    #expect(!response.isFullSuccess)
    #expect(ExportResponse(bytes(response, encoding).span, for: .logs, as: encoding) == response)
  }

  @Test("OTLP rule 7: a long message is cut at a character, so that responses stay small")
  func longMessage() {
    let message = String(repeating: "\u{20AC}", count: 2_000_000)
    for encoding in OTLPEncoding.allCases {
      let slice = bytes(ExportResponse(rejectedItemCount: 1, message: message), encoding)
      #expect(slice.count < 66_000)
      let read = ExportResponse(slice.span, for: .traces, as: encoding)
      #expect(read?.message.allSatisfy { $0 == "\u{20AC}" } == true)
    }
  }

  @Test("unknown fields are ignored and a number is read as a count")
  func unknownFields() {
    let json =
      #"{"a":[1],"partialSuccess":{"b":{},"rejectedSpans":7,"errorMessage":null},"c":null}"#
    #expect(
      ExportResponse(Array(json.utf8).span, for: .traces, as: .json)
        == ExportResponse(rejectedItemCount: 7))
    let wire: [UInt8] = [0x10, 0x01, 0x0A, 0x04, 0x18, 0x05, 0x08, 0x07]
    #expect(
      ExportResponse(wire.span, for: .traces, as: .protobuf)
        == ExportResponse(rejectedItemCount: 7))
  }

  @Test("what is no response gives none, cut at any byte", arguments: OTLPEncoding.allCases)
  func hostile(encoding: OTLPEncoding) {
    let all = bytes(ExportResponse(rejectedItemCount: 300, message: "message"), encoding).array
    for count in 1..<all.count {
      #expect(ExportResponse(all.span.extracting(0..<count), for: .traces, as: encoding) == nil)
    }
    let bomb = [UInt8](repeating: UInt8(ascii: "["), count: 4 << 20)
    #expect(ExportResponse(bomb.span, for: .traces, as: encoding) == nil)
  }
}
