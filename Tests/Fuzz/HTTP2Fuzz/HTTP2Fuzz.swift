import Bytes
import HTTP2
import HTTPTypes

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

/// Feeds a session: the first byte chooses its side and the size of the parts.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  // libFuzzer keeps the input alive and unchanged during the call.
  let input = unsafe Span(_unsafeStart: start, count: count)
  let isServer = input[0] & 1 == 0
  let step = max(Int(input[0] >> 1), 1)
  let peer = Peer(isServer: isServer)
  do throws(HTTP2Error) {
    if isServer {
      let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0".utf8)
      try peer.session?.receive(preface.span)
    } else {
      for _ in 0..<3 { try peer.submit() }
      try peer.pump()
    }
    var index = 1
    while index < count {
      let end = min(index + step, count)
      try peer.session?.receive(input.extracting(index..<end))
      try peer.pump()
      index = end
    }
  } catch {
    // The peer hears why.
    try? peer.pump()
  }
  peer.finish()
  return 0
}
