import Bytes
import HTTP1
import HTTPTypes
import Testing

@Suite struct HTTP1EncoderTests {
  @Test("a request is read back as it was written")
  func request() throws {
    let head = HTTPRequestHead(
      method: "POST", target: "/v1/logs?a=b", authority: "host:4318",
      fields: HTTPFields(["content-type": "application/json", "x-empty": ""]))
    var buffer = ByteBuffer()
    try HTTP1Encoder.encode(head, body: .exactly(2), expectsContinue: true, into: &buffer)
    buffer.append("hi")
    let outcome = feedRequests(buffer.takeSlice().array, step: 1)
    #expect(
      outcome.events == [
        "POST /v1/logs?a=b host:4318 exactly(2) expects [expect=100-continue] "
          + "[content-type=application/json] [x-empty=] [content-length=2]", "end \"hi\"",
      ])
  }

  @Test("heads have the bytes of RFC 9112 section 2.1")
  func bytes() throws {
    var buffer = ByteBuffer()
    HTTP1Encoder.encodeContinue(into: &buffer)
    try HTTP1Encoder.encode(
      HTTPResponseHead(status: 429, fields: HTTPFields(["Retry-After": "1"])), body: .exactly(0),
      connection: .close, into: &buffer)
    try HTTP1Encoder.encode(
      HTTPRequestHead(method: "POST", target: "/", authority: "a"), body: .none, into: &buffer)
    try HTTP1Encoder.encode(
      HTTPResponseHead(status: 204), body: .none, connection: .keepAlive, into: &buffer)
    try HTTP1Encoder.encode(HTTPResponseHead(status: 299), body: .untilClose, into: &buffer)
    #expect(
      buffer.takeSlice().text
        == "HTTP/1.1 100 Continue\r\n\r\n"
        + "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n"
        + "connection: close\r\n\r\n" + "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"
        + "HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n"
        + "HTTP/1.1 299 \r\nconnection: close\r\n\r\n")
  }

  static let refused: [(String, HTTPRequestHead)] = {
    func head(
      _ method: String = "GET", _ target: String = "/", _ host: String = "a", _ name: String = "a",
      _ value: String = "b"
    ) -> HTTPRequestHead {
      var fields = HTTPFields()
      fields.append(name, value)
      return HTTPRequestHead(method: method, target: target, authority: host, fields: fields)
    }
    return [
      ("an empty method", head("")), ("CR LF in the method", head("GET\r\n")),
      ("a space in the target", head("GET", "/a b")), ("LF in the target", head("GET", "/\n")),
      ("an empty target", head("GET", "")), ("CR in the host", head("GET", "/", "a\r")),
      ("LF in a name", head("GET", "/", "a", "a\nb")), ("an empty name", head("GET", "/", "a", "")),
      ("a colon in a name", head("GET", "/", "a", "a:")),
      ("CR LF in a value", head("GET", "/", "a", "a", "b\r\nc: d")),
      ("NUL in a value", head("GET", "/", "a", "a", "b\0")),
      ("framing among the fields", head("GET", "/", "a", "Content-Length", "1")),
      ("a second host", head("GET", "/", "a", "Host", "b")),
    ]
  }()

  @Test("what would be read back differently is refused, and nothing written", arguments: refused)
  func refuses(name: String, head: HTTPRequestHead) {
    var buffer = ByteBuffer()
    do {
      try HTTP1Encoder.encode(head, body: .none, into: &buffer)
      Issue.record("\(name) was written")
    } catch {
      #expect(error.status == 500)
    }
    let isEmpty = buffer.isEmpty
    #expect(isEmpty)
  }

  @Test("a bad field of a response is refused, and a body in chunks")
  func refusesResponse() {
    var buffer = ByteBuffer()
    let fields = HTTPFields(["a": "b\n"])
    do {
      try HTTP1Encoder.encode(
        HTTPResponseHead(status: 200, fields: fields), body: .none, into: &buffer)
      Issue.record("the head was written")
    } catch {}
    do {
      try HTTP1Encoder.encode(HTTPResponseHead(status: 200), body: .chunked, into: &buffer)
      Issue.record("a head was written for chunks")
    } catch {}
    let isEmpty = buffer.isEmpty
    #expect(isEmpty)
  }
}
