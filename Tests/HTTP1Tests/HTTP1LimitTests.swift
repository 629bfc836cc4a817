import Bytes
import HTTP1
import Testing

@Suite struct HTTP1LimitTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int
    /// The message whose part has this many bytes or lines.
    var bytes: @Sendable (Int) -> String
    /// The most that is accepted.
    var most: Int
    var testDescription: String { name }
  }

  static let limits: HTTP1Limits = {
    var limits = HTTP1Limits()
    limits.startLineBytes = 40
    limits.fieldLineBytes = 50
    limits.fieldBytes = 110
    limits.fieldCount = 8
    limits.chunkExtensionBytes = 10
    limits.trailerBytes = 30
    limits.trailerCount = 3
    limits.bodyBytes = 20
    return limits
  }()

  static func x(_ count: Int) -> String { String(repeating: "x", count: count) }
  static let start = "POST / HTTP/1.1\r\nHost: a\r\n"
  static let chunked = start + "Transfer-Encoding: chunked\r\n\r\n"

  static let samples: [Sample] = [
    Sample(
      name: "request line", status: 414,
      bytes: { "GET /\(x($0 - 14)) HTTP/1.1\r\nHost: a\r\n\r\n" }, most: 40),
    Sample(
      name: "field line", status: 431, bytes: { start + "a: \(x($0 - 3))\r\n\r\n" }, most: 50),
    Sample(
      // "Host: a" and a second line of 50 bytes take 61 with their ends.
      name: "fields", status: 431,
      bytes: { start + "a: \(x(47))\r\n" + "b: \(x($0 - 61 - 5))\r\n\r\n" }, most: 110),
    Sample(
      name: "field count", status: 431,
      bytes: { start + String(repeating: "a: b\r\n", count: $0 - 1) + "\r\n" }, most: 8),
    Sample(
      name: "chunk extensions together", status: 400,
      bytes: { chunked + "1;abcd\r\na\r\n1;\(x($0 - 6))\r\na\r\n0\r\n\r\n" }, most: 10),
    Sample(
      name: "trailers", status: 431,
      bytes: { chunked + "0\r\na: b\r\nc: \(x($0 - 11))\r\n\r\n" }, most: 30),
    Sample(
      name: "trailer count", status: 431,
      bytes: { chunked + "0\r\n" + String(repeating: "a: b\r\n", count: $0) + "\r\n" }, most: 3),
    Sample(
      name: "body with a length", status: 413,
      bytes: { start + "Content-Length: \($0)\r\n\r\n" + x($0) }, most: 20),
    Sample(
      name: "body in chunks", status: 413,
      bytes: {
        chunked + "a\r\n\(x(10))\r\n\(String($0 - 10, radix: 16))\r\n\(x($0 - 10))\r\n0\r\n\r\n"
      },
      most: 20),
  ]

  @Test("its limit is accepted and one more is refused", arguments: samples)
  func limit(sample: Sample) {
    let most = Array(sample.bytes(sample.most).utf8)
    let more = Array(sample.bytes(sample.most + 1).utf8)
    for step in [most.count + 1, 1, 5] {
      #expect(feedRequests(most, step: step, limits: HTTP1LimitTests.limits).error == nil)
      let error = feedRequests(more, step: step, limits: HTTP1LimitTests.limits).error
      #expect(error?.status == sample.status)
    }
  }

  @Test("a line that never ends is refused at its limit")
  func endless() throws {
    var machine = HTTP1RequestMachine(limits: HTTP1LimitTests.limits)
    let recorder = Recorder()
    var fed = 0
    do {
      while fed < 1000 { fed += try machine.receive("GETGETGET".utf8Span.span, recorder) }
      Issue.record("the line was accepted")
    } catch {
      #expect(error.status == 414)
    }
    #expect(fed <= 45)
  }

  @Test("a body over the limit is refused before its head is passed on")
  func announced() {
    let bytes = Array((HTTP1LimitTests.start + "Content-Length: 21\r\n\r\n").utf8)
    #expect(feedRequests(bytes, step: 1, limits: HTTP1LimitTests.limits).events.isEmpty)
  }
}
