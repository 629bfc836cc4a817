import Bytes
import HTTP2
import HTTPTypes
import Testing

@Suite struct HTTP2HostileTests {
  /// The frames in `bytes`: type, stream, payload.
  static func frames(_ bytes: [UInt8]) -> [(type: UInt8, stream: Int32, payload: [UInt8])] {
    var frames: [(UInt8, Int32, [UInt8])] = []
    var start = 0
    while start + 9 <= bytes.count {
      let count = bytes[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
      let stream = bytes[start + 5..<start + 9].reduce(Int32(0)) { $0 << 8 | Int32($1) }
      frames.append((bytes[start + 3], stream, Array(bytes[start + 9..<start + 9 + count])))
      start += 9 + count
    }
    return frames
  }

  /// The error code of the GOAWAY in `bytes`.
  static func goAway(_ bytes: [UInt8]) -> HTTP2ErrorCode? {
    frames(bytes).first { $0.type == 7 }.map { frame in
      HTTP2ErrorCode(rawValue: frame.payload[4..<8].reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  /// The error codes of the RST_STREAM frames in `bytes`.
  static func resets(_ bytes: [UInt8]) -> [HTTP2ErrorCode] {
    frames(bytes).filter { $0.type == 3 }.map { frame in
      HTTP2ErrorCode(rawValue: frame.payload.reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  /// A server that has shaken hands with a client of raw frames.
  static func server(_ settings: HTTP2Settings = .init()) throws -> Endpoint {
    let server = Endpoint(server: settings)
    try server.feed(
      RawFrames.preface + RawFrames.settings + RawFrames.settingsAcknowledgement)
    _ = try server.output()
    return server
  }

  @Test("takes hand-written frames as a request")
  func sanity() throws {
    let server = try Self.server()
    try server.feed(RawFrames.headers(1, RawFrames.request([("a", "b")]), part: 3))
    #expect(server.heard[1]?.request?.method == "POST")
    #expect(server.heard[1]?.request?.target == "/")
    #expect(server.heard[1]?.request?.authority == "x")
    #expect(server.heard[1]?.request?.fields.first("a") == "b")
  }

  @Test(
    "refuses a peer without the connection preface (RFC 9113 section 3.4)",
    arguments: [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r",
    ])
  func preface(text: String) throws {
    let server = Endpoint()
    #expect(throws: HTTP2Error.badPreface) { try server.feed(Array(text.utf8)) }
    #expect(throws: HTTP2Error.unusable) { try server.feed(RawFrames.ping) }
    #expect(Self.goAway(try server.output()) == .protocolError)
    #expect(server.open.isFinished)
  }

  @Test("refuses a preface without SETTINGS behind it")
  func noSettings() throws {
    let server = Endpoint()
    try server.feed(RawFrames.preface + RawFrames.ping)
    #expect(Self.goAway(try server.output()) == .protocolError)
  }

  @Test(
    "resets a stream whose header list is larger than the limit, and goes on",
    arguments: [
      (200, 100), (252, 1), (253, 1), (900, 40), (1, 65_000), (1, 65_300), (2, 40_000),
      (20, 40_000),
    ])
  func headerList(count: Int, size: Int) throws {
    let server = try Self.server()
    let value = String(repeating: "v", count: size)
    let fields = (0..<count).map { ("f\($0)", value) }
    // Of 256 fields, four are pseudo-headers; of 65,536 bytes they take 177.
    let isTooLarge = count > 252 || count * (size + 34) > 65_360
    try server.feed(RawFrames.headers(1, RawFrames.request(fields), part: 1 << 20))
    let output = try server.output()
    #expect(Self.resets(output) == (isTooLarge ? [.enhanceYourCalm] : []))
    #expect((server.heard[1] == nil) == isTooLarge)
    try server.feed(RawFrames.headers(3))
    #expect(server.heard[3]?.ends == 1)
  }

  @Test("ends the connection of a peer that never ends its header block")
  func continuationFlood() throws {
    let server = try Self.server()
    var bytes = RawFrames.frame(1, flags: 1, stream: 1, RawFrames.request())
    for index in 0..<10_000 {
      bytes += RawFrames.frame(9, stream: 1, RawFrames.literal("f\(index)", "value"))
    }
    #expect(throws: HTTP2Error.self) { try server.feed(bytes) }
    #expect(server.heard[1] == nil)
    #expect(Self.goAway(try server.output()) != nil)
    #expect(server.open.isFinished)
  }

  @Test("stops expanding a header block that is a bomb")
  func bomb() throws {
    let server = try Self.server()
    // 4,000 bytes in the dynamic table, then one byte for each copy of them.
    let field = RawFrames.literal("x", String(repeating: "v", count: 3900), indexing: true)
    let block = RawFrames.request() + field + [UInt8](repeating: 0xBE, count: 16_000)
    #expect(throws: HTTP2Error.headerBlockTooLarge) {
      try server.feed(RawFrames.headers(1, block, part: 1 << 20))
    }
    #expect(Self.goAway(try server.output()) == .enhanceYourCalm)
    #expect(server.open.isFinished)
  }

  @Test("refuses streams above the limit before it is acknowledged, and the peer after")
  func concurrency() throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 3
    let early = Endpoint(server: settings)
    try early.feed(RawFrames.preface + RawFrames.settings)
    for id: Int32 in [1, 3, 5, 7, 9] { try early.feed(RawFrames.headers(id)) }
    #expect(early.heard.keys.sorted() == [1, 3, 5])
    #expect(Self.resets(try early.output()) == [.refusedStream, .refusedStream])
    let late = try Self.server(settings)
    for id: Int32 in [1, 3, 5, 7] { try late.feed(RawFrames.headers(id)) }
    #expect(late.heard.keys.sorted() == [1, 3, 5])
    #expect(Self.goAway(try late.output()) == .protocolError)
  }

  @Test("sends away a peer that opens and resets streams over and over")
  func rapidReset() throws {
    let server = try Self.server()
    var output: [UInt8] = []
    for id in stride(from: Int32(1), to: 4001, by: 2) {
      try server.feed(RawFrames.headers(id) + RawFrames.reset(id))
      output += try server.output()
    }
    #expect(Self.goAway(output) == .enhanceYourCalm)
    #expect(server.open.isFinished)
    #expect(server.heard.count == HTTP2Settings().failedStreamAllowance + 1)
    #expect(server.open.activeStreamCount == 0)
  }

  @Test("sends away a peer that makes the server reset streams over and over")
  func madeToReset() throws {
    let server = try Self.server()
    var output: [UInt8] = []
    for id in stride(from: Int32(1), to: 4001, by: 2) {
      // RFC 9113 section 6.9: an increment of zero is a stream error.
      let nothing = RawFrames.frame(8, stream: id, [0, 0, 0, 0])
      try server.feed(RawFrames.headers(id, flags: 0) + nothing)
      output += try server.output()
    }
    #expect(Self.goAway(output) != nil)
    #expect(server.open.isFinished)
  }

  @Test("keeps a peer that cancels half of its streams")
  func honestCancel() throws {
    let server = try Self.server()
    server.onEnd = { stream, session in
      if stream % 4 == 1 { session.respond(on: stream, HTTPResponseHead(status: 200)) }
    }
    for id in stride(from: Int32(1), to: 2001, by: 2) {
      try server.feed(RawFrames.headers(id))
      #expect(Self.goAway(try server.output()) == nil)
      if id % 4 == 3 { try server.feed(RawFrames.reset(id)) }
    }
    #expect(!server.open.isFinished)
    #expect(server.heard.count == 1000)
  }

  @Test(
    "ends the connection of a peer that does not read its answers",
    arguments: [
      RawFrames.ping, RawFrames.settings,
    ])
  func acknowledgementFlood(frame: [UInt8]) throws {
    let server = try Self.server()
    #expect(throws: HTTP2Error.flooded) {
      for _ in 0..<3000 { try server.feed(frame) }
    }
    #expect(try server.output().count < 1 << 16)
    #expect(server.open.isFinished)
  }

  @Test("ends the connection of a peer that does not read its resets")
  func resetFlood() throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 1
    settings.maxPendingFrames = 2000
    let server = Endpoint(server: settings)
    try server.feed(RawFrames.preface + RawFrames.settings)
    #expect(throws: HTTP2Error.flooded) {
      for id in stride(from: Int32(1), to: 20_001, by: 2) {
        try server.feed(RawFrames.headers(id))
      }
    }
  }

  @Test(
    "answers broken frames with a GOAWAY",
    arguments: [
      (RawFrames.frame(0, stream: 0, [1]), HTTP2ErrorCode.protocolError),
      (RawFrames.frame(0, stream: 1, [1]), .protocolError),
      (RawFrames.frame(1, flags: 5, stream: 2, RawFrames.request()), .protocolError),
      (RawFrames.frame(1, flags: 5, stream: 1, [0xFF, 0xFF, 0xFF, 0xFF]), .compressionError),
      (RawFrames.frame(4, stream: 0, [1]), .frameSizeError),
      (RawFrames.frame(4, stream: 1), .protocolError),
      (RawFrames.frame(5, stream: 1, [0, 0, 0, 2]), .protocolError),
      (RawFrames.frame(6, stream: 0, [1]), .frameSizeError),
      (RawFrames.frame(8, stream: 0, [0, 0, 0, 0]), .protocolError),
      (RawFrames.frame(8, stream: 0, [0x7F, 0xFF, 0xFF, 0xFF]), .flowControlError),
      (RawFrames.frame(9, stream: 1, [0x88]), .protocolError),
      ([0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1], .frameSizeError),
    ])
  func broken(frame: [UInt8], code: HTTP2ErrorCode) throws {
    let server = try Self.server()
    try server.feed(frame)
    #expect(Self.goAway(try server.output()) == code)
    #expect(server.open.isFinished)
    #expect(server.open.lastProblem != nil)
  }

  @Test(
    "resets requests that are not well formed (RFC 9113 section 8.1.1)",
    arguments: [
      [("Upper", "x")], [("connection", "close")], [("te", "gzip")], [(":late", "x")],
      [("content-length", "5")], [("a b", "x")], [("a", "x\ny")],
    ])
  func malformed(fields: [(String, String)]) throws {
    let server = try Self.server()
    try server.feed(RawFrames.headers(1, RawFrames.request(fields)))
    let output = try server.output()
    #expect(Self.resets(output) == [.protocolError])
    #expect(server.heard[1]?.ends ?? 0 == 0)
    #expect(server.open.activeStreamCount == 0)
  }

  @Test("leaves fields of HTTP/1.1 connections out (RFC 9113 section 8.2.2)")
  func connectionFields() throws {
    let client = Endpoint.client()
    let server = Endpoint()
    let head = HTTPRequestHead(
      method: "POST", target: "/", authority: "x",
      fields: HTTPFields([
        "Host": "y", "Connection": "close", "Keep-Alive": "1", "Transfer-Encoding": "chunked",
        "Upgrade": "h2c", "Proxy-Connection": "close", "Kept": "z",
      ]))
    let id = try client.open.submit(request: head, body: [])
    try client.talk(to: server)
    #expect(server.heard[id]?.request?.fields.count == 1)
    #expect(server.heard[id]?.request?.fields.first("kept") == "z")
    #expect(server.heard[id]?.request?.authority == "x")
  }
}
