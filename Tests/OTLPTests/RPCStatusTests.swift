import Bytes
import GRPC
import Telemetry
import Testing

@testable import OTLP

@Suite struct RPCStatusTests {
  private static let full = RPCStatus(
    .invalidArgument, "bad \"data\"",
    details: [
      .badRequest([
        .init(field: "resourceSpans[0]", description: "wrong"), .init(field: "", description: ""),
      ]),
      .retryInfo(.milliseconds(1500)),
    ])

  private func bytes(_ status: RPCStatus, _ encoding: OTLPEncoding) -> ByteSlice {
    var buffer = ByteBuffer()
    status.encode(as: encoding, into: &buffer)
    return buffer.takeSlice()
  }

  @Test("a status reads as it was written", arguments: OTLPEncoding.allCases)
  func roundTrip(encoding: OTLPEncoding) {
    for status in [Self.full, RPCStatus(.ok), RPCStatus(.unavailable, "m")] {
      #expect(RPCStatus(bytes(status, encoding).span, as: encoding) == status)
    }
  }

  @Test("the JSON form has each detail with its type")
  func json() {
    #expect(
      bytes(Self.full, .json).text
        == #"{"code":3,"message":"bad \"data\"","details":["#
        + #"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":["#
        + #"{"field":"resourceSpans[0]","description":"wrong"},{"field":"","description":""}]},"#
        + #"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"}]}"#)
  }

  @Test("the protobuf form is that of google.rpc.Status, with details in Any")
  func wire() {
    let status = RPCStatus(.unavailable, "m", details: [.retryInfo(.seconds(2))])
    let url = Array("type.googleapis.com/google.rpc.RetryInfo".utf8)
    #expect(
      bytes(status, .protobuf).array
        == [0x08, 14, 0x12, 1, 0x6D, 0x1A, UInt8(url.count + 8), 0x0A, UInt8(url.count)] + url
        + [0x12, 4, 0x0A, 2, 0x08, 2])
  }

  @Test(
    "durations follow proto3 JSON",
    arguments: [
      ("1s", Duration.seconds(1)), ("0.5s", .milliseconds(500)), ("0.000000001s", .nanoseconds(1)),
      ("-1.5s", .milliseconds(-1500)), ("0s", .zero),
    ])
  func durations(text: String, duration: Duration) {
    #expect(Duration(rpcText: Array(text.utf8).span) == duration)
    var buffer = ByteBuffer()
    duration.appendRPCText(to: &buffer)
    #expect(buffer.takeSlice().text == text)
  }

  @Test(
    "what is no duration is none",
    arguments: ["", "s", "1", "1m", ".5s", "1.5", "--1s", "1s ", "1.5.5s", "1e3s"])
  func notDurations(text: String) {
    #expect(Duration(rpcText: Array(text.utf8).span) == nil)
  }

  @Test("a huge duration is clamped to the range of google.protobuf.Duration")
  func hugeDuration() {
    let text = String(repeating: "9", count: 400) + "s"
    #expect(Duration(rpcText: Array(text.utf8).span) == .seconds(315_576_000_000))
    #expect(Duration(rpcSeconds: .min, nanoseconds: .min) < .seconds(-315_576_000_000))
  }

  @Test("unknown details, keys and codes are ignored")
  func unknown() {
    let json =
      #"{"x":[{}],"code":99,"details":[{"@type":"a/b","value":{"c":1}},{},"#
      + #"{"retryDelay":"3s","@type":"google.rpc.RetryInfo","y":[]},"#
      + #"{"@type":"x/google.rpc.BadRequest","fieldViolations":7}],"message":null}"#
    #expect(
      RPCStatus(Array(json.utf8).span, as: .json)
        == RPCStatus(.unknown, details: [.retryInfo(.seconds(3)), .badRequest([])]))
    var buffer = ByteBuffer()
    buffer.appendField(1, varint: 99)
    buffer.appendField(3) { $0.appendField(1, text: "x/google.rpc.Other") }
    buffer.appendField(9, text: "x")
    #expect(RPCStatus(buffer.span, as: .protobuf) == RPCStatus(.unknown))
  }

  @Test("no more than 64 details and violations are kept")
  func manyDetails() {
    let status = RPCStatus(
      .unknown,
      details: [.badRequest(.init(repeating: .init(field: "", description: ""), count: 100))]
        + .init(repeating: .retryInfo(.zero), count: 100))
    for encoding in OTLPEncoding.allCases {
      let read = RPCStatus(bytes(status, encoding).span, as: encoding)
      #expect(read?.details.count == 64)
      guard case .badRequest(let violations) = read?.details.first else {
        Issue.record("the first detail is lost")
        continue
      }
      #expect(violations.count == 64)
    }
  }

  @Test(
    "what is no status gives none, cut at any byte or mutated", arguments: OTLPEncoding.allCases)
  func hostile(encoding: OTLPEncoding) {
    let all = bytes(Self.full, encoding).array
    var readCount = 0
    for count in 0..<all.count {
      if RPCStatus(all.span.extracting(0..<count), as: encoding) != nil { readCount += 1 }
    }
    // In protobuf the ends of its four fields are ends of a shorter status.
    #expect(readCount == (encoding == .json ? 0 : 4))
    for index in all.indices {
      for bit in 0..<8 {
        var mutated = all
        mutated[index] ^= 1 << bit
        _ = RPCStatus(mutated.span, as: encoding)
      }
    }
    let bomb = [UInt8](repeating: UInt8(ascii: "["), count: 4 << 20)
    #expect(RPCStatus(bomb.span, as: encoding) == nil)
  }
}
