internal import Bytes
internal import CNghttp2
internal import HTTPTypes

/// What nghttp2's callbacks act on: the streams of one session and its receiver.
///
/// Owned by the session, which outlives every callback.
final class CallbackTarget {
  let settings: HTTP2Settings
  let isServer: Bool
  var streams: [HTTP2StreamID: StreamState] = [:]
  var block = OutgoingBlock()
  var failure: HTTP2Error?
  var lastProblem: String?
  var output: [ByteSlice] = []
  var small = ByteBuffer()
  var maximum = 0
  private(set) var incoming = IncomingBlock()
  var pumped = 0
  private weak var owner: (any HTTP2SessionReceiver)?
  // Strong while a call is under way: a weak load for each event would cost more.
  private var receiver: (any HTTP2SessionReceiver)?
  private var depth = 0
  private var failuresLeft: Int
  // The stream whose request could not be sent, and whether it may be tried elsewhere.
  private var notSent: (stream: HTTP2StreamID, code: HTTP2ErrorCode) = (0, .noError)

  init(_ settings: HTTP2Settings, isServer: Bool, receiver: any HTTP2SessionReceiver) {
    self.settings = settings
    self.isServer = isServer
    owner = receiver
    failuresLeft = settings.failedStreamAllowance
  }

  func enter() {
    precondition(depth == 0, "receive and pump must not be called from within an event")
    depth = 1
    receiver = owner
  }

  func leave() {
    depth = 0
    receiver = nil
  }

  /// Frees what is kept from one request for the next.
  func rest() {
    streams = [:]
    block = OutgoingBlock()
    output = []
    small = ByteBuffer()
    incoming = IncomingBlock()
  }
}

// Frames from the peer.
extension CallbackTarget {
  func beginHeaders(_ stream: HTTP2StreamID, isRequest: Bool) {
    incoming = IncomingBlock()
    if isRequest { streams[stream] = StreamState() }
  }

  /// Returns false when the connection must end.
  func header(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
    incoming.append(
      name: name, value: value, maxBytes: settings.maxHeaderListBytes,
      maxCount: settings.maxHeaderCount)
    // A few bytes of a compressed block can stand for kilobytes: past the limit the stream is
    // refused, far past it the work of expanding ends too.
    if incoming.listBytes / 16 > settings.maxHeaderListBytes {
      failure = .headerBlockTooLarge
      return false
    }
    return true
  }

  func endHeaders(_ stream: HTTP2StreamID, isRequest: Bool, isEnd: Bool, of raw: OpaquePointer?) {
    guard let state = streams[stream], !state.isReset else { return }
    if incoming.isOverLimit {
      lastProblem = "header list larger than \(settings.maxHeaderListBytes) bytes"
      state.isReset = true
      _ = unsafe nghttp2_submit_rst_stream(
        raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, HTTP2ErrorCode.enhanceYourCalm.rawValue)
      return
    }
    if isRequest {
      state.isAnnounced = true
      receiver?.receive(request: incoming.requestHead(), on: stream, isEnd: isEnd)
    } else if !isServer, !state.hasHead {
      // Informational responses come before the final one (RFC 9110 section 15.2).
      if incoming.status < 200 { return }
      state.hasHead = true
      let head = HTTPResponseHead(status: incoming.status, fields: incoming.fields)
      receiver?.receive(response: head, on: stream, isEnd: isEnd)
    } else {
      receiver?.receive(trailers: incoming.fields, on: stream)
    }
    incoming = IncomingBlock()
    if isEnd { end(stream) }
  }

  func data(_ bytes: Span<UInt8>, on stream: HTTP2StreamID) {
    guard let state = streams[stream], !state.isReset else { return }
    receiver?.receive(body: bytes, on: stream)
  }

  func end(_ stream: HTTP2StreamID) {
    guard let state = streams[stream], !state.isReset, !state.sawEnd else { return }
    state.sawEnd = true
    receiver?.receiveEnd(of: stream)
  }

  func ping() {
    receiver?.pingReceived()
  }

  func pong() {
    receiver?.pingAcknowledged()
  }

  func settingsArrived() {
    receiver?.settingsReceived()
  }

  func goingAway(lastStream: HTTP2StreamID, error: HTTP2ErrorCode) {
    receiver?.goingAway(lastStream: lastStream, error: error)
  }
}

// The end of streams.
extension CallbackTarget {
  /// Notes that a head or trailers were not sent.
  ///
  /// Requests are not, once the peer is going away; nghttp2 closes their streams. Responses are
  /// not, when they have more fields than nghttp2 sends (64 KiB): their streams would stay.
  func notSent(
    _ stream: HTTP2StreamID, isRequest: Bool, isGoingAway: Bool, of raw: OpaquePointer?
  ) {
    if isRequest {
      notSent = (stream, isGoingAway ? .refusedStream : .internalError)
    } else if let state = streams[stream], !state.isReset {
      lastProblem = "the fields of a response are larger than can be sent"
      state.isReset = true
      _ = unsafe nghttp2_submit_rst_stream(
        raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, HTTP2ErrorCode.internalError.rawValue)
    }
  }

  func closed(_ stream: HTTP2StreamID, _ code: HTTP2ErrorCode, of raw: OpaquePointer?) {
    guard let state = streams.removeValue(forKey: stream) else { return }
    if isServer { unsafe count(failed: code != .noError && !state.isReset, of: raw) }
    if state.isAnnounced {
      receiver?.closed(stream, error: stream == notSent.stream ? notSent.code : code)
    }
  }

  // Rapid reset (CVE-2023-44487), and its sister where the peer makes this side reset: work is
  // made and thrown away faster than any limit of open streams notices. Streams that complete
  // earn allowance back, so honest clients that cancel now and then are never sent away.
  private func count(failed: Bool, of raw: OpaquePointer?) {
    guard failed else {
      failuresLeft = min(failuresLeft + 1, settings.failedStreamAllowance)
      return
    }
    failuresLeft -= 1
    if failuresLeft < 0 {
      lastProblem = "the peer opens streams and makes them fail, over and over"
      _ = unsafe nghttp2_session_terminate_session(
        raw, HTTP2ErrorCode.enhanceYourCalm.rawValue)
    }
  }

  func closeAll(_ code: HTTP2ErrorCode) {
    let left = streams.sorted { $0.key < $1.key }
    streams.removeAll()
    for (stream, state) in left where state.isAnnounced {
      owner?.closed(stream, error: code)
    }
  }
}
