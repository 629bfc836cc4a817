import Bytes
import HTTP1
import HTTPTypes
import Testing

@Suite struct HTTP1ResponseTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var method = "POST"
    var keepsAlive = true
    var bytes: String
    var events: [String]
    var testDescription: String { name }
  }

  static let accepted: [Sample] = [
    Sample(
      name: "RFC 9112 6.2: content-length",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
      events: ["200 exactly(2)", "end \"hi\""]),
    Sample(
      name: "RFC 9112 4: no reason", bytes: "HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n",
      events: ["503 exactly(0)", "end \"\""]),
    Sample(
      name: "RFC 9112 4: no reason and no space",
      bytes: "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", events: ["503 exactly(0)", "end \"\""]),
    Sample(
      name: "RFC 9112 7.1: chunks and trailers",
      bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\na: b\r\n\r\n",
      events: ["200 chunked", "end \"hi\" [a=b]"]),
    Sample(
      name: "RFC 9112 6.3: until the connection is closed", keepsAlive: false,
      bytes: "HTTP/1.1 200 OK\r\n\r\nall of it", events: ["200 untilClose", "end \"all of it\""]),
    Sample(
      name: "RFC 9112 6.3: the answer to HEAD", method: "HEAD",
      bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", events: ["200 none", "end \"\""]),
    Sample(
      name: "RFC 9112 6.3: 204", bytes: "HTTP/1.1 204 No Content\r\n\r\n",
      events: ["204 none", "end \"\""]),
    Sample(
      name: "RFC 9112 6.3: 304", bytes: "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n",
      events: ["304 none", "end \"\""]),
    Sample(
      name: "RFC 9110 15.2: interim responses",
      bytes:
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\nContent-Length: 7\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", events: ["200 exactly(1)", "end \"x\""]),
    Sample(
      name: "RFC 9112 9.3: close", keepsAlive: false,
      bytes: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
      events: ["200 exactly(1)", "end \"x\""]),
    Sample(
      name: "RFC 9112 9.3: HTTP/1.0", keepsAlive: false,
      bytes: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
      events: ["200 exactly(1)", "end \"x\""]),
  ]

  @Test("is read whole and in pieces of any size", arguments: accepted)
  func accepts(sample: Sample) {
    let bytes = Array(sample.bytes.utf8)
    for step in [bytes.count, 1, 2, 3, 7] {
      let outcome = feedResponse(bytes, step: step, method: sample.method)
      #expect(outcome == Outcome(events: sample.events, error: nil, isIdle: true))
    }
  }

  @Test("tells whether the connection can be used again", arguments: accepted)
  func persistence(sample: Sample) throws {
    var machine = HTTP1ResponseMachine(requestMethod: sample.method)
    _ = try machine.receive(sample.bytes.utf8Span.span, Recorder())
    let keepsAlive = machine.keepsAlive
    #expect(keepsAlive == sample.keepsAlive)
  }

  @Test("RFC 9112 8: cut at any byte is incomplete", arguments: accepted)
  func truncation(sample: Sample) {
    let bytes = Array(sample.bytes.utf8)
    for count in 0..<bytes.count {
      let cut = Array(bytes[..<count])
      let closed = feedResponse(cut, step: 1, method: sample.method)
      if sample.events[0] == "200 untilClose", closed.events.count == 2 { continue }
      #expect(closed.error?.status == 502)
      let open = feedResponse(cut, step: bytes.count, method: sample.method, closes: false)
      #expect(open.error == nil)
      #expect(open.events.count < sample.events.count)
    }
  }

  static let refused: [(String, String)] = [
    ("no version", "200 OK\r\n\r\n"),
    ("RFC 9112 2.3: another version", "HTTP/2.0 200 OK\r\n\r\n"),
    ("RFC 9112 4: a status of two digits", "HTTP/1.1 20 OKAY\r\n\r\n"),
    ("RFC 9112 4: a status below 100", "HTTP/1.1 099 OK\r\n\r\n"),
    ("RFC 9112 4: a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
    ("RFC 9112 2.2: CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n"),
    ("RFC 9110 15.2.2: switched protocols", "HTTP/1.1 101 x\r\n\r\n"),
    (
      "RFC 9112 6.3: both lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    ("RFC 9112 6.1: gzip", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
    ("RFC 9112 5.2: a folded line", "HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n"),
    ("endless interim responses", String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 17)),
  ]

  @Test("is refused, whole and byte by byte", arguments: refused)
  func refuses(name: String, bytes: String) {
    for step in [bytes.utf8.count, 1] {
      let outcome = feedResponse(Array(bytes.utf8), step: step, closes: false)
      #expect(outcome.error?.status == 502, "\(name)")
      #expect(outcome.events.isEmpty)
    }
  }

  @Test("reads one response after the other on a connection")
  func sequence() throws {
    var machine = HTTP1ResponseMachine(requestMethod: "HEAD")
    let recorder = Recorder()
    let bytes = Array(
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        .utf8)
    let first = try machine.receive(bytes.span, recorder)
    machine.beginNext(requestMethod: "GET")
    let second = try machine.receive(bytes.span.extracting(first..<bytes.count), recorder)
    #expect(first + second == bytes.count)
    #expect(recorder.events == ["200 none", "end \"\"", "200 exactly(2)", "end \"hi\""])
  }
}
