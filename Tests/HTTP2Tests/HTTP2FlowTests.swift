import Bytes
import HTTP2
import HTTPTypes
import Testing

@Suite struct HTTP2FlowTests {
  static func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }

  static func settings(stream: Int, connection: Int, frame: Int) -> HTTP2Settings {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = stream
    settings.connectionWindow = connection
    settings.maxFrameSize = frame
    return settings
  }

  @Test(
    "carries 10 MiB both ways within the windows",
    arguments: [
      (1 << 20, 4 << 20, 1 << 20), (1 << 16, 1 << 16, 1 << 14),
    ])
  func large(stream: Int, connection: Int, frame: Int) throws {
    let settings = Self.settings(stream: stream, connection: connection, frame: frame)
    let client = Endpoint.client(settings)
    let server = Endpoint(server: settings)
    let body = Self.pattern(10 << 20)
    let slice = ByteSlice(body)
    server.onEnd = {
      $1.respond(
        on: $0, HTTPResponseHead(status: 200),
        body: [slice[0..<1000], slice[1000..<slice.count]])
    }
    let id = try client.open.submit(request: .export, body: [slice])
    try client.talk(to: server, maximum: 1 << 18)
    #expect(server.heard[id]?.body == body)
    #expect(client.heard[id]?.body == body)
    #expect(client.heard[id]?.closed == [HTTP2ErrorCode.noError])
  }

  @Test("carries bodies through windows of a few bytes")
  func tiny() throws {
    let settings = Self.settings(stream: 10, connection: 65_535, frame: 1 << 14)
    let client = Endpoint.client(settings)
    let server = Endpoint(server: settings)
    // The settings must be known before the request, or the default window of 65,535 applies.
    try client.talk(to: server)
    let body = Self.pattern(2000)
    server.onEnd = { $1.respond(on: $0, HTTPResponseHead(status: 200), body: [ByteSlice(body)]) }
    let id = try client.open.submit(request: .export, body: [ByteSlice(body)])
    try client.talk(to: server, step: 3)
    #expect(server.heard[id]?.body == body)
    #expect(client.heard[id]?.body == body)
  }

  @Test("stops at the window and goes on when it opens")
  func blocked() throws {
    let client = Endpoint.client()
    let server = Endpoint(
      server: Self.settings(stream: 1000, connection: 65_535, frame: 1 << 14))
    try client.talk(to: server)
    let id = try client.open.submit(request: .export, body: [ByteSlice(Self.pattern(5000))])
    let first = try client.output()
    #expect(try client.output().isEmpty)
    #expect(first.count > 1000 && first.count < 1200)
    try server.feed(first)
    #expect(server.heard[id]?.body.count == 1000)
    try client.talk(to: server)
    #expect(server.heard[id]?.body.count == 5000)
  }

  @Test("gives about as much as is asked for at a time")
  func bounded() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    try client.talk(to: server)
    for _ in 0..<3 {
      _ = try client.open.submit(request: .export, body: [ByteSlice(Self.pattern(1 << 19))])
    }
    var total = 0
    var rounds = 0
    while true {
      var slices: [ByteSlice] = []
      try client.open.pump(into: &slices, maximum: 1 << 16)
      if slices.isEmpty { break }
      let count = slices.reduce(0) { $0 + $1.count }
      // One frame may pass the limit, and frames have at most 256 KiB.
      #expect(count <= 1 << 16 + 256 << 10 + 100)
      total += count
      rounds += 1
    }
    #expect(total > 3 << 19)
    #expect(rounds >= 6)
  }

  @Test("lets streams take turns")
  func turns() throws {
    let client = Endpoint.client(
      Self.settings(stream: 1 << 20, connection: 4 << 20, frame: 1 << 14))
    let server = Endpoint(
      server: Self.settings(stream: 1 << 20, connection: 4 << 20, frame: 1 << 14))
    try client.talk(to: server)
    let ids = try (0..<2).map { _ in
      try client.open.submit(request: .export, body: [ByteSlice(Self.pattern(1 << 19))])
    }
    var slices: [ByteSlice] = []
    try client.open.pump(into: &slices, maximum: 1 << 18)
    for slice in slices { try server.feed(slice.array) }
    for id in ids { #expect(server.heard[id].map { $0.body.count > 1 << 16 } == true) }
  }

  @Test("gives memory of the body back as it is taken")
  func release() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let id = try client.open.submit(request: .export, body: [])
    try client.talk(to: server)
    #expect(server.heard[id]?.ends == 1)
    #expect(client.open.activeStreamCount == 1)
    server.open.respond(on: id, HTTPResponseHead(status: 200), body: [ByteSlice("x")])
    try client.talk(to: server)
    #expect(client.open.activeStreamCount == 0)
    #expect(server.open.activeStreamCount == 0)
  }
}
