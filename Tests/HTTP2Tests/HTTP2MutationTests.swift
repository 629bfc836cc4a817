import Bytes
import HTTP2
import HTTPTypes
import TestSupport
import Testing

@Suite struct HTTP2MutationTests {
  /// What one side sends in a conversation of three calls.
  static func conversation(fromClient: Bool) throws -> [UInt8] {
    let client = Endpoint.client()
    let server = Endpoint()
    server.onEnd = {
      $1.respond(
        on: $0, HTTPResponseHead(status: 200), body: [ByteSlice("answer")],
        trailers: HTTPFields(["grpc-status": "0"]))
    }
    var sent: [UInt8] = []
    for _ in 0..<3 {
      _ = try client.open.submit(request: .export, body: [ByteSlice("payload of a call")])
      client.open.ping()
      while true {
        let out = try client.output()
        try server.feed(out)
        let back = try server.output()
        try client.feed(back)
        sent += fromClient ? out : back
        if out.isEmpty, back.isEmpty { break }
      }
    }
    return sent
  }

  static func mutated(_ bytes: [UInt8], _ numbers: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &numbers) {
      let index = Int.random(in: 0..<bytes.count, using: &numbers)
      switch Int.random(in: 0..<5, using: &numbers) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &numbers)
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: index)
      case 3: bytes.removeSubrange(index..<min(index + 9, bytes.count - 1))
      default: bytes += bytes[..<index]
      }
    }
    return bytes
  }

  @Test("survives 10,000 mutations of a conversation on either side", arguments: [true, false])
  func mutations(toServer: Bool) throws {
    let good = try Self.conversation(fromClient: toServer)
    var numbers = SeededRandom(seed: 7)
    var unharmed = 0
    for _ in 0..<5000 {
      let end = toServer ? Endpoint() : Endpoint.client()
      if toServer {
        end.onEnd = { $1.respond(on: $0, HTTPResponseHead(status: 200), body: [ByteSlice("x")]) }
      } else {
        for _ in 0..<3 { _ = try end.open.submit(request: .export, body: [ByteSlice("x")]) }
        _ = try end.output()
      }
      do {
        try end.feed(Self.mutated(good, &numbers), step: 64)
        _ = try end.output()
        if !end.open.isFinished { unharmed += 1 }
      } catch is HTTP2Error {
        // Expected of many: what counts is that nothing traps and every stream ends once.
      }
      end.open.closeAllStreams(.internalError)
      #expect(end.heard.values.allSatisfy { $0.closed.count == 1 && $0.ends <= 1 })
    }
    // The mutations are neither so small nor so large that only one side of the code is met.
    #expect(unharmed > 100 && unharmed < 4900)
  }

  @Test("survives random bytes behind the preface")
  func noise() throws {
    var numbers = SeededRandom(seed: 11)
    for _ in 0..<2000 {
      let server = Endpoint()
      let count = Int.random(in: 1...300, using: &numbers)
      let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      do {
        try server.feed(RawFrames.preface + RawFrames.settings + noise)
      } catch is HTTP2Error {
      }
      _ = try? server.output()
    }
  }

  @Test("waits for the rest wherever a conversation is cut")
  func truncation() throws {
    let good = try Self.conversation(fromClient: true)
    for end in 0..<good.count {
      let server = Endpoint()
      try server.feed(Array(good[..<end]))
      #expect(!server.open.isFinished)
    }
  }
}
