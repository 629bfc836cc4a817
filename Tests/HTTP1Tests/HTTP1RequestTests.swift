import Bytes
import HTTP1
import HTTPTypes
import Testing

@Suite struct HTTP1RequestTests {
  static let head: String = "POST /v1/traces HTTP/1.1\r\nHost: a:4318\r\n"

  static let accepted: [RequestSample] = [
    RequestSample(
      "RFC 9112 3.2.1: origin form", "GET /a?b=c%20d HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a?b=c%20d a none", "end \"\""),
    RequestSample(
      "RFC 9112 3.2.2: absolute form", "GET http://A:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /x?y A:80 none", "end \"\""),
    RequestSample(
      "RFC 9112 3.2.2: absolute form without a path",
      "GET https://a?y HTTP/1.1\r\nHost: a:443\r\n\r\n", "GET /?y a none", "end \"\""),
    RequestSample(
      "RFC 9112 3.2.2: the target's host takes the place of another",
      "GET http://b:81/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET / b:81 none", "end \"\""),
    RequestSample(
      "RFC 9112 3.2.4: asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "OPTIONS * a none", "end \"\""),
    RequestSample(
      "RFC 9112 3.2: an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET /  none", "end \"\""),
    RequestSample(
      "RFC 9112 3.2: HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n", "GET /  none", "end \"\""),
    RequestSample(
      "RFC 9110 2.5: a later minor version", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "GET / a none",
      "end \"\""),
    RequestSample(
      "RFC 9112 2.2: empty lines before the request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / a none", "end \"\""),
    RequestSample(
      "RFC 9112 5.1: spaces around a value", head + "X-A: \t b c\t \r\nEmpty:\r\n\r\n",
      "POST /v1/traces a:4318 none [x-a=b c] [empty=]", "end \"\""),
    RequestSample(
      "RFC 9112 6.2: content-length", head + "content-length: 5\r\n\r\nhello",
      "POST /v1/traces a:4318 exactly(5) [content-length=5]", "end \"hello\""),
    RequestSample(
      "RFC 9112 6.3: the same content-length twice",
      head + "content-length: 5\r\nContent-Length: 05\r\n\r\nhello",
      "POST /v1/traces a:4318 exactly(5) [content-length=5] [content-length=05]", "end \"hello\""),
    RequestSample(
      "RFC 9112 6.2: an empty body", head + "content-length: 0\r\n\r\n",
      "POST /v1/traces a:4318 exactly(0) [content-length=0]", "end \"\""),
    RequestSample(
      "RFC 9112 7.1: chunks, extensions and trailers",
      head + "Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n09;a=b;c=\"d e\"\r\n, "
        + "world..\r\n1 ;x\r\n!\r\n000\r\nX-Sum: 1\r\n\r\n",
      "POST /v1/traces a:4318 chunked [transfer-encoding=Chunked]",
      "end \"hello, world..!\" [x-sum=1]"),
    RequestSample(
      "RFC 9110 10.1.1: expect continue",
      head + "Expect: 100-Continue\r\ncontent-length: 1\r\n\r\nx",
      "POST /v1/traces a:4318 exactly(1) expects [expect=100-Continue] [content-length=1]",
      "end \"x\""),
    RequestSample(
      "RFC 9110 10.1.1: expect continue without a body", head + "Expect: 100-continue\r\n\r\n",
      "POST /v1/traces a:4318 none [expect=100-continue]", "end \"\""),
    RequestSample(
      "RFC 9112 9.3.2: pipelined requests",
      head + "content-length: 2\r\n\r\nab" + head + "transfer-encoding: chunked\r\n\r\n1\r\nc\r\n"
        + "0\r\n\r\n\r\nGET /z HTTP/1.1\r\nHost: b\r\n\r\n",
      "POST /v1/traces a:4318 exactly(2) [content-length=2]", "end \"ab\"",
      "POST /v1/traces a:4318 chunked [transfer-encoding=chunked]", "end \"c\"", "GET /z b none",
      "end \"\""),
  ]

  @Test("is read whole and in pieces of any size", arguments: accepted)
  func accepts(sample: RequestSample) {
    let bytes = Array(sample.bytes.utf8)
    for step in [bytes.count, 1, 2, 3, 7] {
      let outcome = feedRequests(bytes, step: step)
      #expect(outcome == Outcome(events: sample.events, error: nil, isIdle: true))
    }
  }

  @Test("cut at any byte is incomplete, not wrong", arguments: accepted)
  func truncation(sample: RequestSample) {
    let bytes = Array(sample.bytes.utf8)
    for count in 0..<bytes.count {
      for step in [max(count, 1), 1] {
        let outcome = feedRequests(Array(bytes[..<count]), step: step)
        #expect(outcome.error == nil)
        #expect(outcome.events.count < sample.events.count)
        #expect(sample.events.starts(with: outcome.events))
      }
    }
  }

  @Test("takes no byte behind the end of a request")
  func pipelining() throws {
    let bytes = Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    var machine = HTTP1RequestMachine(limits: HTTP1Limits())
    let recorder = Recorder()
    let first = try machine.receive(bytes.span, recorder)
    #expect(first == bytes.count / 2)
    let none = try machine.receive(bytes.span.extracting(first..<bytes.count), recorder)
    #expect(none == 0)
    machine.beginNext()
    let second = try machine.receive(bytes.span.extracting(first..<bytes.count), recorder)
    #expect(second == bytes.count / 2)
    #expect(recorder.events == ["GET /1 a none", "end \"\"", "GET /2 a none", "end \"\""])
  }

  static let options: [(String, HTTP1ConnectionOption)] = [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", .none),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", .close),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", .none),
    ("GET / HTTP/1.0\r\n\r\n", .close),
    ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", .keepAlive),
    ("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", .close),
  ]

  @Test("RFC 9112 9.3: a connection persists as version and fields say", arguments: options)
  func persistence(bytes: String, option: HTTP1ConnectionOption) throws {
    var machine = HTTP1RequestMachine(limits: HTTP1Limits())
    _ = try machine.receive(bytes.utf8Span.span, Recorder())
    let read = machine.connectionOption
    #expect(read == option)
  }

  @Test("passes body bytes on without copying them")
  func borrowsBody() throws {
    final class Place: HTTP1RequestReceiver {
      var address: UInt = 0
      func receive(head: HTTPRequestHead, body: HTTPBodyLength, expectsContinue: Bool) {}
      func receive(body bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { address = UInt(bitPattern: $0.baseAddress) }
      }
      func receiveEnd(trailers: HTTPFields) {}
    }
    let place = Place()
    let bytes = Array((HTTP1RequestTests.head + "content-length: 5\r\n\r\nhello").utf8)
    var machine = HTTP1RequestMachine(limits: HTTP1Limits())
    _ = try machine.receive(bytes.span, place)
    let expected = unsafe bytes.span.withUnsafeBufferPointer {
      UInt(bitPattern: $0.baseAddress) + UInt(bytes.count - 5)
    }
    #expect(place.address == expected)
  }
}
