import Bytes
import HTTP2
import HTTPTypes
import Testing

@Suite struct HTTP2LifeTests {
  @Test("tells the server that the client gave a stream up, and hears no more of it")
  func clientResets() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let id = try client.open.submit(request: .export, body: [ByteSlice("x")])
    try client.talk(to: server)
    client.open.reset(id, .cancel)
    client.open.reset(id, .cancel)
    try client.talk(to: server)
    #expect(server.heard[id]?.closed == [HTTP2ErrorCode.cancel])
    #expect(client.heard[id]?.closed == [HTTP2ErrorCode.cancel])
    #expect(!server.open.respond(on: id, HTTPResponseHead(status: 200)))
    #expect(server.open.activeStreamCount == 0)
  }

  @Test("drops what still comes for a stream that the server has reset")
  func serverResets() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onHead = { $1.reset($0, .refusedStream) }
    let id = try client.open.submit(request: .export, body: [ByteSlice("some body")])
    try client.talk(to: server)
    #expect(server.heard[id]?.body == [])
    #expect(server.heard[id]?.ends == 0)
    #expect(client.heard[id]?.closed == [HTTP2ErrorCode.refusedStream])
  }

  @Test("resets without an error after an early answer (RFC 9113 section 8.1)")
  func earlyAnswer() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onHead = {
      $1.respond(on: $0, HTTPResponseHead(status: 413), body: [ByteSlice("too large")])
    }
    let body = ByteSlice([UInt8](repeating: 1, count: 3 << 20))
    let id = try client.open.submit(request: .export, body: [body])
    try client.talk(to: server)
    #expect(client.heard[id]?.response?.status == 413)
    #expect(client.heard[id]?.body == Array("too large".utf8))
    #expect(client.heard[id]?.ends == 1)
    #expect(client.heard[id]?.closed == [HTTP2ErrorCode.noError])
    #expect(client.open.activeStreamCount == 0)
    #expect(server.open.activeStreamCount == 0)
  }

  @Test("goes on after a rest as if there had been none")
  func rest() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onHead = {
      $1.respond(on: $0, HTTPResponseHead(status: 200), body: [ByteSlice("a few words")])
    }
    for round in 1...300 {
      let body = ByteSlice([UInt8](repeating: 7, count: 100 * round))
      let streams = try (0..<round % 40 + 1).map { _ in
        try client.open.submit(request: .export, body: [body])
      }
      client.open.rest()
      server.open.rest()
      try client.talk(to: server)
      client.open.rest()
      server.open.rest()
      for id in streams {
        #expect(client.heard[id]?.response?.status == 200)
        #expect(client.heard[id]?.body == Array("a few words".utf8))
        #expect(client.heard[id]?.closed == [HTTP2ErrorCode.noError])
      }
    }
  }

  @Test("drains: open streams finish, new ones are refused (RFC 9113 section 6.8)")
  func drain() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let first = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    server.open.shutdownNotice()
    // Sent before the notice came: still served.
    let second = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    #expect(client.goAway == .noError)
    #expect(client.lastStream == .max)
    #expect(server.heard[second]?.ends == 1)
    #expect(!client.open.canSubmitRequest)
    #expect(throws: HTTP2Error.noNewRequests) {
      try client.open.submit(request: .export, body: [])
    }
    server.open.goAway()
    try client.talk(to: server)
    #expect(client.lastStream == second)
    #expect(!server.open.isFinished)
    for id in [first, second] { server.open.respond(on: id, HTTPResponseHead(status: 200)) }
    try client.talk(to: server)
    for id in [first, second] { #expect(client.heard[id]?.closed == [HTTP2ErrorCode.noError]) }
    #expect(server.open.isFinished)
    #expect(client.open.isFinished)
  }

  @Test("reports requests above the last stream as refused, so that they can be tried again")
  func unprocessed() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    try client.talk(to: server)
    server.open.goAway()
    let away = try server.output()
    let id = try client.open.submit(request: .export, body: [])
    let request = try client.output()
    try client.feed(away)
    try server.feed(request)
    #expect(client.heard[id]?.closed == [HTTP2ErrorCode.refusedStream])
    #expect(server.heard[id] == nil)
  }

  @Test("reports requests that were never sent as refused")
  func unsent() throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 1
    let client = Endpoint.client()
    let server = Endpoint(server: settings)
    try client.talk(to: server)
    let first = try client.open.submit(request: .export, body: [])
    let second = try client.open.submit(request: .export, body: [ByteSlice("x")])
    try client.talk(to: server)
    #expect(server.heard[second] == nil)
    #expect(client.open.activeStreamCount == 2)
    server.open.goAway()
    try client.talk(to: server)
    server.open.respond(on: first, HTTPResponseHead(status: 200))
    try client.talk(to: server)
    #expect(client.heard[first]?.closed == [HTTP2ErrorCode.noError])
    client.open.closeAllStreams(.refusedStream)
    #expect(client.heard[second]?.closed == [HTTP2ErrorCode.refusedStream])
    #expect(client.open.activeStreamCount == 0)
  }

  @Test("can give up a request that waits for its turn")
  func cancelWaiting() throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 1
    let client = Endpoint.client()
    let server = Endpoint(server: settings)
    try client.talk(to: server)
    let ids = try (0..<3).map { _ in try client.open.submit(request: .export, body: []) }
    try client.talk(to: server)
    client.open.reset(ids[1], .cancel)
    try client.talk(to: server)
    server.open.respond(on: ids[0], HTTPResponseHead(status: 200))
    try client.talk(to: server)
    #expect(client.heard[ids[1]]?.closed == [HTTP2ErrorCode.cancel])
    #expect(server.heard[ids[1]] == nil)
    #expect(server.heard[ids[2]]?.ends == 1)
    #expect(client.open.activeStreamCount == 1)
  }

  @Test("ends a connection at once, with a reason")
  func terminate() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let id = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    server.open.terminate(.enhanceYourCalm)
    try client.talk(to: server)
    #expect(client.goAway == .enhanceYourCalm)
    #expect(server.open.isFinished)
    #expect(server.heard[id]?.closed == [])
    server.open.closeAllStreams(.enhanceYourCalm)
    #expect(server.heard[id]?.closed == [HTTP2ErrorCode.enhanceYourCalm])
    client.open.closeAllStreams(.cancel)
    #expect(client.heard[id]?.closed.count == 1)
  }

  @Test("lets an event close all streams, and hears no more of them")
  func closeWithinEvent() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onHead = { $1.closeAllStreams(.cancel) }
    let ids = try (0..<2).map { _ in
      try client.open.submit(request: .export, body: [ByteSlice("x")])
    }
    try server.feed(try client.output())
    for id in ids {
      #expect(server.heard[id]?.closed == [HTTP2ErrorCode.cancel])
      #expect(server.heard[id]?.body == [])
      #expect(server.heard[id]?.ends == 0)
    }
    #expect(server.open.activeStreamCount == 0)
  }

  @Test("can be let go with streams open")
  func abandoned() throws {
    weak var session: HTTP2Session?
    do {
      let client = Endpoint.client()
      _ = try client.open.submit(request: .export, body: [ByteSlice("x")])
      _ = try client.output(maximum: 30)
      session = client.session
      #expect(session != nil)
    }
    #expect(session == nil)
  }

  @Test("holds requests above the peer's limit back until others end")
  func concurrency() throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 2
    let client = Endpoint.client()
    let server = Endpoint(server: settings)
    try client.talk(to: server)
    #expect(client.open.peerMaxConcurrentStreams == 2)
    let ids = try (0..<5).map { _ in try client.open.submit(request: .export, body: []) }
    try client.talk(to: server)
    #expect(server.heard.count == 2)
    for id in ids {
      server.open.respond(on: id, HTTPResponseHead(status: 200))
      try client.talk(to: server)
    }
    #expect(ids.allSatisfy { client.heard[$0]?.closed == [HTTP2ErrorCode.noError] })
  }
}
