import Bytes
import GRPC
import HTTPTypes
import Testing

// The gRPC over HTTP/2 protocol document is called PROTOCOL here.
@Suite struct GRPCFieldTests {
  @Test(
    "reads grpc-timeout (PROTOCOL, Timeout)",
    arguments: [
      ("10S", .seconds(10)), ("100m", .milliseconds(100)), ("1u", .microseconds(1)),
      ("99999999n", .nanoseconds(99_999_999)), ("2M", .seconds(120)), ("3H", .seconds(10800)),
      ("99999999H", .seconds(99_999_999 * 3600)), ("0S", .zero),
      ("123456789S", nil), ("S", nil), ("", nil), ("10", nil), ("-1S", nil), ("1s", nil),
      ("1 S", nil), ("+1S", nil), ("1.5S", nil), ("S1", nil),
    ] as [(String, Duration?)])
  func timeout(text: String, duration: Duration?) {
    #expect(GRPCTimeout.parse(text) == duration)
  }

  @Test(
    "writes grpc-timeout in the finest unit that fits in eight digits",
    arguments: [
      (.seconds(10), "10000000u"), (.milliseconds(5), "5000000n"), (.zero, "0n"),
      (.seconds(-1), "0n"), (.seconds(100), "100000m"), (.seconds(3600), "3600000m"),
      (.seconds(360_000), "360000S"), (.milliseconds(1500), "1500000u"),
      (.seconds(Int64.max), "99999999H"), (.seconds(99_999_999), "99999999S"),
      (.seconds(100_000_000), "1666667M"), (.nanoseconds(100_000_001), "100001u"),
    ] as [(Duration, String)])
  func format(duration: Duration, text: String) {
    #expect(GRPCTimeout.format(duration) == text)
  }

  @Test(
    "carries grpc-message through percent-encoding (PROTOCOL, Status-Message)",
    arguments: [
      ("plain words", "plain words"), ("100 %", "100 %25"), ("line\nbreak", "line%0Abreak"),
      ("\u{FC}", "%C3%BC"), ("~ ", "~ "), ("\u{7F}", "%7F"),
    ])
  func message(text: String, encoded: String) {
    let trailers = GRPCHeads.trailers(GRPCStatus(.internal, text))
    #expect(trailers.first("grpc-message") == encoded)
    #expect(GRPCStatus(head: HTTPResponseHead(status: 200), trailers: trailers).message == text)
  }

  @Test(
    "takes malformed percent-encoding as it stands (PROTOCOL: must not be dropped)",
    arguments: [
      ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("a%41b", "aAb"), ("%c3%bc", "\u{FC}"),
      ("%%41", "%A"),
      ("%ff", "\u{FFFD}"),
    ])
  func malformedMessage(encoded: String, text: String) {
    let trailers = HTTPFields(["grpc-status": "2", "grpc-message": encoded])
    #expect(GRPCStatus(head: HTTPResponseHead(status: 200), trailers: trailers).message == text)
  }

  @Test(
    "reads details with and without padding (PROTOCOL, Binary-Header)",
    arguments: [
      ("", []), ("AA", [0]), ("AA==", [0]), ("AAE", [0, 1]), ("AAE=", [0, 1]), ("AAEC", [0, 1, 2]),
      ("+/+/", [0xFB, 0xFF, 0xBF]), ("A", nil), ("AA=", nil), ("A===", nil), ("====", nil),
      ("AA-_", nil), ("AA AA", nil), ("AAECAw==", [0, 1, 2, 3]),
    ] as [(String, [UInt8]?)])
  func details(text: String, bytes: [UInt8]?) {
    let trailers = HTTPFields(["grpc-status": "8", "grpc-status-details-bin": text])
    let status = GRPCStatus(head: HTTPResponseHead(status: 200), trailers: trailers)
    #expect(status.details?.array == bytes)
    #expect(status.code == .resourceExhausted)
  }

  @Test("carries details of every length", arguments: 0...20)
  func detailsRoundTrip(length: Int) {
    let sent = GRPCStatus(
      .unavailable, "later", details: ByteSlice((0..<length).map { UInt8($0 * 13) }))
    let trailers = GRPCHeads.trailers(sent)
    #expect(GRPCStatus(head: HTTPResponseHead(status: 200), trailers: trailers) == sent)
  }

  @Test("leaves out details above the limit")
  func largeDetails() {
    func read(_ count: Int) -> Int? {
      let sent = GRPCStatus(.internal, details: ByteSlice([UInt8](repeating: 1, count: count)))
      let trailers = GRPCHeads.trailers(sent)
      return GRPCStatus(head: HTTPResponseHead(status: 200), trailers: trailers).details?.count
    }
    #expect(read(GRPCStatus.largestDetails) == GRPCStatus.largestDetails)
    #expect(read(GRPCStatus.largestDetails + 1) == nil)
  }

  @Test(
    "knows its content-type (PROTOCOL, Content-Type)",
    arguments: [
      ("application/grpc", true), ("application/grpc+proto", true), ("APPLICATION/GRPC", true),
      ("application/grpc; charset=utf-8", true), ("application/grpc ;x", true),
      ("application/grpc-web", false), ("application/grpc-web+proto", false),
      ("application/grpcx", false), ("application/json", false), ("", false), (nil, false),
    ] as [(String?, Bool)])
  func contentType(value: String?, isGRPC: Bool) {
    #expect(GRPCContentType.isGRPC(value) == isGRPC)
  }
}
