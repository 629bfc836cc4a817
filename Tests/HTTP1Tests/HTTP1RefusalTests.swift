import Bytes
import HTTP1
import Testing

@Suite struct HTTP1RefusalTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int
    var bytes: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: String) {
      self.init(name, 400, bytes)
    }

    init(_ name: String, _ status: Int, _ bytes: String) {
      self.name = name
      self.status = status
      self.bytes = bytes
    }
  }

  static func fields(_ lines: String, body: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body
  }

  static func chunks(_ body: String) -> String {
    fields("Transfer-Encoding: chunked\r\n", body: body)
  }

  static let startLines: [Sample] = [
    Sample("RFC 9112 3: no version", "GET /\r\n\r\n"),
    Sample("RFC 9112 3: two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3: a space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3: a tab", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.1: no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.1: a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2: a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2: a control character", "GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2: NUL", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2: beyond ASCII", "GET /\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2: a relative path", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2: an asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2.2: another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2.2: user information", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2.2: no host", "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 3.2.3: CONNECT", 501, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 2.3: a version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n"),
    Sample("RFC 9112 2.3: a version of two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
    Sample("RFC 9110 15.6.6: HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Sample("RFC 9112 2.2: a bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
    Sample("RFC 9112 2.2: a bare CR", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
    Sample("RFC 9112 2.2: many empty lines", String(repeating: "\r\n", count: 9)),
    Sample("a TLS handshake", "\u{16}\u{3}\u{1}"),
  ]

  static let heads: [Sample] = [
    Sample("RFC 9112 3.2: no host", "GET / HTTP/1.1\r\n\r\n"),
    Sample("RFC 9112 3.2: two hosts", fields("Host: a\r\n")),
    Sample("RFC 9112 3.2: two hosts, HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    Sample("RFC 9112 3.2: a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Sample("RFC 9112 3.2: a host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    Sample("RFC 9112 3.2: no host beside an absolute target", "GET http://b/ HTTP/1.1\r\n\r\n"),
    Sample(
      "RFC 9112 3.2: a wrong host beside an absolute target",
      "GET http://b/ HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Sample("RFC 9112 5: no colon", fields("abc\r\n")),
    Sample("RFC 9112 5.1: an empty name", fields(": a\r\n")),
    Sample("RFC 9112 5.1: a space before the colon", fields("Content-Length : 5\r\n")),
    Sample("RFC 9112 5.1: a tab before the colon", fields("a\t: 5\r\n")),
    Sample("RFC 9112 5.1: a name that is no token", fields("a b: c\r\n")),
    Sample("RFC 9112 5.1: a name beyond ASCII", fields("\u{e4}: c\r\n")),
    Sample("RFC 9112 5.2: a folded line", fields("a: b\r\n c\r\n")),
    Sample("RFC 9112 5.2: a folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    Sample("RFC 9110 5.5: NUL in a value", fields("a: b\0c\r\n")),
    Sample("RFC 9110 5.5: CR in a value", fields("a: b\rc\r\n")),
    Sample("RFC 9110 5.5: DEL in a value", fields("a: b\u{7f}c\r\n")),
    Sample("RFC 9112 2.2: LF alone ends a field", fields("a: b\nTransfer-Encoding: chunked\r\n")),
    Sample("RFC 9112 2.2: LF alone ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
    Sample("RFC 9110 10.1.1: another expectation", 417, fields("Expect: tea\r\n")),
  ]

  static let framing: [Sample] = [
    Sample(
      "RFC 9112 6.3: both content-length and transfer-encoding",
      fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")),
    Sample(
      "RFC 9112 6.3: both transfer-encoding and content-length",
      fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")),
    Sample("RFC 9112 6.3: two lengths", fields("Content-Length: 5\r\nContent-Length: 6\r\n")),
    Sample("RFC 9112 6.3: a list of lengths", fields("Content-Length: 5, 5\r\n")),
    Sample("RFC 9110 8.6: a length with plus", fields("Content-Length: +5\r\n")),
    Sample("RFC 9110 8.6: a negative length", fields("Content-Length: -5\r\n")),
    Sample("RFC 9110 8.6: a hexadecimal length", fields("Content-Length: 0x5\r\n")),
    Sample("RFC 9110 8.6: an empty length", fields("Content-Length:\r\n")),
    Sample("RFC 9110 8.6: two numbers", fields("Content-Length: 5 6\r\n")),
    Sample("RFC 9110 8.6: an overlong length", fields("Content-Length: 9223372036854775808\r\n")),
    Sample("RFC 9110 8.6: very many zeros", fields("Content-Length: 0000000000000000005\r\n")),
    Sample("RFC 9112 6.1: gzip, chunked", 501, fields("Transfer-Encoding: gzip, chunked\r\n")),
    Sample("RFC 9112 6.3: chunked is not last", fields("Transfer-Encoding: chunked, gzip\r\n")),
    Sample("RFC 9112 6.3: identity", fields("Transfer-Encoding: identity\r\n")),
    Sample("RFC 9112 6.1: chunked twice", fields("Transfer-Encoding: chunked, chunked\r\n")),
    Sample("RFC 9112 6.1: no coding", fields("Transfer-Encoding:\r\n")),
    Sample("RFC 9112 6.1: a vertical tab", fields("Transfer-Encoding: \u{b}chunked\r\n")),
    Sample("RFC 9112 6.1: a quoted coding", fields("Transfer-Encoding: \"chunked\"\r\n")),
    Sample("RFC 9112 6.1: a parameter", fields("Transfer-Encoding: chunked;a=b\r\n")),
    Sample(
      "RFC 9112 6.1: two lines",
      fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
    Sample(
      "RFC 9112 6.1: HTTP/1.0 with transfer-encoding",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    Sample("RFC 9112 7.1: no size", chunks("\r\n")),
    Sample("RFC 9112 7.1: a size with plus", chunks("+5\r\nhello\r\n")),
    Sample("RFC 9112 7.1: a negative size", chunks("-5\r\nhello\r\n")),
    Sample("RFC 9112 7.1: 0x", chunks("0x5\r\nhello\r\n")),
    Sample("RFC 9112 7.1: a space before the size", chunks(" 5\r\nhello\r\n")),
    Sample("RFC 9112 7.1: a space behind the size", chunks("5 \r\nhello\r\n")),
    Sample("RFC 9112 7.1: an overflowing size", chunks("8000000000000000\r\n")),
    Sample("RFC 9112 7.1: a size of 17 digits", chunks("00000000000000001\r\n")),
    Sample(
      "RFC 9112 7.1: sizes that overflow in sum", 413, chunks("1\r\na\r\n7fffffffffffffff\r\n")),
    Sample("RFC 9112 7.1: data longer than its size", chunks("1\r\nab\r\n")),
    Sample("RFC 9112 7.1: LF alone behind the size", chunks("1\nab\r\n")),
    Sample("RFC 9112 7.1: LF alone behind the data", chunks("1\r\na\n0\r\n\r\n")),
    Sample("RFC 9112 7.1.1: CR in an extension", chunks("1;a\rb\r\na\r\n")),
    Sample("RFC 9112 7.1.2: a folded trailer", chunks("0\r\n a: b\r\n\r\n")),
    Sample("RFC 9110 6.5.1: content-length as a trailer", chunks("0\r\nContent-Length: 1\r\n\r\n")),
    Sample("RFC 9110 6.5.1: host as a trailer", chunks("0\r\nHost: a\r\n\r\n")),
  ]

  @Test("is refused, whole and in pieces of any size", arguments: startLines + heads + framing)
  func refuses(sample: Sample) {
    let bytes = Array(sample.bytes.utf8)
    for step in [bytes.count, 1, 2, 3, 7] {
      let outcome = feedRequests(bytes, step: step)
      #expect(outcome.error?.status == sample.status)
      #expect(outcome.error?.reason.isEmpty == false)
      #expect(!outcome.isIdle)
    }
  }

  @Test("says what is wrong and where")
  func reasons() {
    let space = Array(HTTP1RefusalTests.fields("Content-Length : 5\r\n").utf8)
    #expect(
      feedRequests(space, step: 1).error
        == HTTP1Error(status: 400, reason: "field line 2: there is a space before the colon"))
  }

  @Test("throws the same error when fed again")
  func staysFailed() throws {
    var machine = HTTP1RequestMachine(limits: HTTP1Limits())
    let bytes = Array("GET /\r\n".utf8)
    for _ in 0..<2 {
      do {
        _ = try machine.receive(bytes.span, Recorder())
        Issue.record("the request was accepted")
      } catch {
        #expect(error.status == 400)
      }
    }
    let option = machine.connectionOption
    #expect(option == .close)
  }
}
