import Bytes
import HTTP2
import HTTPTypes
import Testing

@Suite struct HTTP2ExchangeTests {
  @Test(
    "carries a request and its response, whole and one byte at a time", arguments: [Int.max, 1])
  func exchange(step: Int) throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onEnd = { stream, session in
      session.respond(
        on: stream,
        HTTPResponseHead(status: 200, fields: HTTPFields(["content-type": "text/plain"])),
        body: [ByteSlice("hello "), ByteSlice("world")])
    }
    let stream = try client.open.submit(
      request: .export, body: [ByteSlice("some"), .empty, ByteSlice(" text")])
    try client.talk(to: server, step: step)
    let asked = try #require(server.heard[stream])
    #expect(asked.request?.method == "POST")
    #expect(asked.request?.target == "/export?a=b")
    #expect(asked.request?.authority == "collector:4317")
    #expect(asked.request?.fields.first("content-type") == "application/grpc")
    #expect(asked.request?.fields.first("te") == "trailers")
    #expect(asked.request?.fields.count == 2)
    #expect(asked.body == Array("some text".utf8))
    #expect(asked.ends == 1)
    #expect(!asked.endedWithHead)
    #expect(asked.closed == [HTTP2ErrorCode.noError])
    let answered = try #require(client.heard[stream])
    #expect(answered.response?.status == 200)
    #expect(answered.response?.fields.first("content-type") == "text/plain")
    #expect(answered.body == Array("hello world".utf8))
    #expect(answered.ends == 1)
    #expect(answered.closed == [HTTP2ErrorCode.noError])
    #expect(client.settings == 1)
    #expect(server.settings == 1)
    #expect(client.open.activeStreamCount == 0)
    #expect(server.open.activeStreamCount == 0)
    #expect(!client.open.isFinished)
  }

  @Test("ends a stream with its head when there is no body")
  func noBody() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onEnd = { $1.respond(on: $0, HTTPResponseHead(status: 404)) }
    let stream = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    #expect(server.heard[stream]?.endedWithHead == true)
    #expect(server.heard[stream]?.ends == 1)
    #expect(client.heard[stream]?.endedWithHead == true)
    #expect(client.heard[stream]?.ends == 1)
    #expect(client.heard[stream]?.response?.status == 404)
    #expect(client.heard[stream]?.closed == [HTTP2ErrorCode.noError])
  }

  @Test("sends trailers behind a body and behind none", arguments: [0, 1, 100_000])
  func trailers(size: Int) throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let body = [UInt8](repeating: 7, count: size)
    server.onEnd = {
      $1.respond(
        on: $0, HTTPResponseHead(status: 200), body: [ByteSlice(body)],
        trailers: HTTPFields(["grpc-status": "0"]))
    }
    let stream = try client.open.submit(request: .export, body: [ByteSlice("x")])
    try client.talk(to: server)
    let answered = try #require(client.heard[stream])
    #expect(answered.response?.status == 200)
    #expect(answered.response?.fields.count == 0)
    #expect(answered.body == body)
    #expect(answered.trailers?.first("grpc-status") == "0")
    #expect(answered.ends == 1)
    #expect(answered.closed == [HTTP2ErrorCode.noError])
  }

  @Test("ends a stream whose trailers have no field", arguments: ["", "body"])
  func emptyTrailers(body: String) throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onEnd = {
      let head = HTTPResponseHead(status: 200)
      #expect($1.respond(on: $0, head, body: [ByteSlice(body)], trailers: HTTPFields()))
      #expect(!$1.respond(on: $0, head))
    }
    let stream = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    #expect(client.heard[stream]?.body == Array(body.utf8))
    #expect(client.heard[stream]?.ends == 1)
    #expect(client.heard[stream]?.closed == [HTTP2ErrorCode.noError])
  }

  @Test(
    "resets a stream whose response has more fields than can be sent", arguments: [true, false])
  func largeFields(inTrailers: Bool) throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let large = HTTPFields(["a": String(repeating: "x", count: 70_000)])
    server.onEnd = {
      $1.respond(
        on: $0, HTTPResponseHead(status: 200, fields: inTrailers ? .init() : large),
        body: [ByteSlice("x")], trailers: inTrailers ? large : nil)
    }
    let stream = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    #expect(client.heard[stream]?.closed == [HTTP2ErrorCode.internalError])
    #expect(server.open.activeStreamCount == 0)
    let next = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    #expect(server.heard[next]?.ends == 1)
  }

  @Test("fails a request with more fields than can be sent")
  func largeRequest() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    var head = HTTPRequestHead.export
    head.fields.append("a", String(repeating: "x", count: 70_000))
    let stream = try client.open.submit(request: head, body: [])
    try client.talk(to: server)
    #expect(client.heard[stream]?.closed == [HTTP2ErrorCode.internalError])
    #expect(client.open.activeStreamCount == 0)
  }

  @Test("hands body slices over without copying them")
  func noCopy() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    try client.talk(to: server)
    let body = [
      ByteSlice(String(repeating: "a", count: 200)),
      ByteSlice("second part" + String(repeating: "b", count: 200)),
    ]
    _ = try client.open.submit(request: .export, body: body)
    var output: [ByteSlice] = []
    try client.open.pump(into: &output, maximum: 1 << 20)
    #expect(output.count == 3)
    unsafe #expect(output[1].baseAddress == body[0].baseAddress)
    unsafe #expect(output[2].baseAddress == body[1].baseAddress)
    #expect(output[1] == body[0])
    #expect(output[2] == body[1])
  }

  @Test("copies a small body in between its frames, so that all goes out as one slice")
  func smallBody() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    try client.talk(to: server)
    let body = [ByteSlice("first part"), ByteSlice.empty, ByteSlice("second part")]
    let stream = try client.open.submit(request: .export, body: body)
    var output: [ByteSlice] = []
    try client.open.pump(into: &output, maximum: 1 << 20)
    #expect(output.count == 1)
    let bytes = output[0]
    try server.open.receive(bytes.span)
    #expect(server.heard[stream]?.body == Array("first partsecond part".utf8))
    #expect(server.heard[stream]?.ends == 1)
  }

  @Test("answers pings, and hears of answers")
  func ping() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    client.open.ping()
    server.open.ping()
    server.open.ping()
    try client.talk(to: server)
    #expect(client.pongs == 1)
    #expect(server.pongs == 2)
  }
}
