internal import Bytes
internal import HTTP2
internal import HTTPTypes

/// A server that answers every request, or a client that waits for answers.
final class Peer: HTTP2SessionReceiver {
  private(set) var session: HTTP2Session?
  private var open: Set<HTTP2StreamID> = []

  init(isServer: Bool) {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 10
    settings.maxHeaderListBytes = 4096
    session =
      isServer
      ? HTTP2Session(server: settings, receiver: self)
      : HTTP2Session(client: settings, receiver: self)
  }

  func receive(request: HTTPRequestHead, on stream: HTTP2StreamID, isEnd: Bool) {
    precondition(open.insert(stream).inserted, "a stream began twice")
  }

  func receive(response: HTTPResponseHead, on stream: HTTP2StreamID, isEnd: Bool) {}

  func receive(trailers: HTTPFields, on stream: HTTP2StreamID) {}

  func receive(body bytes: Span<UInt8>, on stream: HTTP2StreamID) {
    precondition(open.contains(stream), "bytes for a stream that is not open")
  }

  func receiveEnd(of stream: HTTP2StreamID) {
    precondition(open.contains(stream), "the end of a stream that is not open")
    session?.respond(
      on: stream, HTTPResponseHead(status: 200), body: [ByteSlice("x")], trailers: HTTPFields())
  }

  func closed(_ stream: HTTP2StreamID, error: HTTP2ErrorCode) {
    precondition(open.remove(stream) != nil, "a stream closed that is not open")
  }

  func submit() throws(HTTP2Error) {
    let head = HTTPRequestHead(method: "POST", target: "/", authority: "x")
    if let stream = try session?.submit(request: head, body: [ByteSlice("body")]) {
      open.insert(stream)
    }
  }

  func pump() throws(HTTP2Error) {
    var output: [ByteSlice] = []
    try session?.pump(into: &output, maximum: 1 << 16)
  }

  /// Every stream that began must have closed when this has run.
  func finish() {
    session?.closeAllStreams(.internalError)
    precondition(open.isEmpty, "a stream never closed")
  }
}
