import Bytes
import GRPC
import HTTPTypes
import Testing

@Suite struct GRPCHeadTests {
  static func call(_ fields: HTTPFields, method: String = "POST") -> HTTPRequestHead {
    HTTPRequestHead(method: method, target: "/a.B/C", authority: "x", fields: fields)
  }

  @Test("lays a request out as the protocol document has it (Request-Headers)")
  func request() throws {
    let head = GRPCHeads.request(
      path: "/a.B/C", authority: "host:1", userAgent: "us", timeout: .seconds(5),
      encoding: .gzip, metadata: HTTPFields(["X-Key": "v", "grpc-timeout": "1S", "te": "x"]))
    #expect(head.method == "POST")
    #expect(head.target == "/a.B/C")
    #expect(head.authority == "host:1")
    let names = (0..<head.fields.count).map { head.fields[$0].name }
    #expect(
      names == ["te", "grpc-timeout", "content-type", "grpc-encoding", "user-agent", "x-key"])
    let call = try GRPCCall(head)
    #expect(call.path == "/a.B/C")
    #expect(call.timeout == .seconds(5))
    #expect(call.encoding == .gzip)
  }

  @Test("takes a call without timeout and encoding")
  func plain() throws {
    let call = try GRPCCall(Self.call(HTTPFields(["content-type": "application/grpc+proto"])))
    #expect(call.timeout == nil)
    #expect(call.encoding == .identity)
  }

  @Test("answers what is not a call")
  func refusals() throws {
    func refusal(_ fields: HTTPFields, method: String = "POST") -> GRPCRefusal? {
      do throws(GRPCRefusal) {
        _ = try GRPCCall(Self.call(fields, method: method))
        return nil
      } catch {
        return error
      }
    }
    let type = "application/grpc"
    #expect(refusal(HTTPFields(["content-type": type]), method: "GET") == .http(405))
    #expect(refusal(HTTPFields(["content-type": "application/json"])) == .http(415))
    #expect(refusal(HTTPFields(["content-type": "application/grpc-web"])) == .http(415))
    #expect(refusal(HTTPFields()) == .http(415))
    let late = try #require(refusal(HTTPFields(["content-type": type, "grpc-timeout": "x"])))
    #expect(late == .status(GRPCStatus(.internal, "malformed grpc-timeout")))
    let coded = try #require(refusal(HTTPFields(["content-type": type, "grpc-encoding": "lzma"])))
    #expect(coded.responseHead.status == 200)
    #expect(coded.responseHead.fields.first("grpc-status") == "12")
    #expect(
      coded.responseHead.fields.first("grpc-accept-encoding")
        == "identity,gzip,deflate,zstd,snappy")
    #expect(GRPCRefusal.http(415).responseHead.status == 415)
  }

  @Test("reads a status from trailers, from a head alone, and prefers trailers")
  func status() {
    let ok = GRPCHeads.response()
    #expect(GRPCStatus(head: ok, trailers: GRPCHeads.trailers()) == .ok)
    let busy = GRPCStatus(.unavailable, "busy")
    #expect(GRPCStatus(head: ok, trailers: GRPCHeads.trailers(busy)) == busy)
    #expect(GRPCStatus(head: GRPCHeads.trailersOnly(busy), trailers: nil) == busy)
    #expect(
      GRPCStatus(head: GRPCHeads.trailersOnly(.ok), trailers: GRPCHeads.trailers(busy)) == busy)
  }

  @Test("numbers and names the codes as the status code document does")
  func codes() {
    #expect(GRPCStatusCode.allCases.map(\.rawValue) == Array(0...16))
    #expect(GRPCStatusCode.unauthenticated.name == "UNAUTHENTICATED")
    #expect(GRPCStatusCode.dataLoss.name == "DATA_LOSS")
    for code in GRPCStatusCode.allCases {
      let trailers = HTTPFields(["grpc-status": String(code.rawValue)])
      #expect(GRPCStatus(head: GRPCHeads.response(), trailers: trailers).code == code)
    }
  }

  @Test(
    "takes numbers it does not know for UNKNOWN", arguments: ["17", "-1", "", "x", "999999999999"])
  func unknownCode(text: String) {
    let trailers = HTTPFields(["grpc-status": text])
    #expect(GRPCStatus(head: GRPCHeads.response(), trailers: trailers).code == .unknown)
  }

  @Test(
    "maps the HTTP status when grpc-status is missing",
    arguments: [
      (400, .internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
      (429, .unavailable), (502, .unavailable), (503, .unavailable), (504, .unavailable),
      (200, .unknown), (418, .unknown), (500, .unknown), (301, .unknown),
    ] as [(Int, GRPCStatusCode)])
  func mapping(http: Int, code: GRPCStatusCode) {
    let status = GRPCStatus(head: HTTPResponseHead(status: http), trailers: nil)
    #expect(status.code == code)
    #expect(!status.message.isEmpty)
    // The mapping is not for responses that have a status.
    let told = HTTPResponseHead(status: http, fields: HTTPFields(["grpc-status": "7"]))
    #expect(GRPCStatus(head: told, trailers: nil).code == .permissionDenied)
  }

  @Test("shortens a status message that would not fit in a header list")
  func longMessage() {
    let trailers = GRPCHeads.trailers(GRPCStatus(.internal, String(repeating: "x", count: 5000)))
    #expect(trailers.first("grpc-message")?.count == GRPCHeads.longestMessage)
  }
}
