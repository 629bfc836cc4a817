public import Bytes
internal import CNghttp2
public import HTTPTypes

extension HTTP2Session {
  /// Starts a request (clients).
  ///
  /// An empty `body` ends the stream with its head. The request waits in the session while the peer's limit of streams is reached. Its slices
  /// are kept until they have been pumped.
  ///
  /// - Throws: `.noNewRequests` when the connection takes none any more.
  public func submit(
    request head: HTTPRequestHead, body: [ByteSlice], scheme: StaticString = "http"
  ) throws(HTTP2Error) -> HTTP2StreamID {
    guard canSubmitRequest else { throw .noNewRequests }
    target.block.reset()
    target.block.append(":method", head.method)
    target.block.append(":scheme", scheme)
    target.block.append(":path", head.target)
    target.block.append(":authority", head.authority)
    target.block.append(head.fields)
    let outgoing = OutgoingBody(body, trailers: nil)
    var provider = unsafe SessionCallbacks.bodyProvider()
    let stream = unsafe target.block.withFields { fields, count in
      if outgoing.remaining == 0 {
        unsafe nghttp2_submit_request(raw, nil, fields, count, nil, nil)
      } else {
        unsafe nghttp2_submit_request(raw, nil, fields, count, &provider, nil)
      }
    }
    if stream < 0 { throw .noNewRequests }
    let state = StreamState()
    state.isAnnounced = true
    state.body = outgoing.remaining == 0 ? nil : outgoing
    target.streams[stream] = state
    return stream
  }

  /// Answers the request on `stream` (servers).
  ///
  /// An empty `body` without `trailers` ends the stream with the head. If the request has not ended when the response has, the stream is reset without an error
  /// (RFC 9113 section 8.1), and what the client still sends is dropped.
  ///
  /// - Returns: false if the stream is gone or was answered before.
  @discardableResult
  public func respond(
    on stream: HTTP2StreamID, _ head: HTTPResponseHead, body: [ByteSlice] = [],
    trailers: HTTPFields? = nil
  ) -> Bool {
    guard let state = target.streams[stream], !state.isReset, !state.isAnswered else {
      return false
    }
    state.isAnswered = true
    // nghttp2 refuses trailers without a field.
    let trailers = trailers.flatMap { $0.count > 0 ? $0 : nil }
    target.block.reset()
    target.block.append(status: head.status)
    target.block.append(head.fields)
    let outgoing = OutgoingBody(body, trailers: trailers)
    if outgoing.remaining == 0, let trailers {
      guard submit(head: stream) else { return false }
      return unsafe target.submit(trailers: trailers, on: stream, to: raw)
    }
    state.body = outgoing.remaining == 0 ? nil : outgoing
    var provider = unsafe SessionCallbacks.bodyProvider()
    let code = unsafe target.block.withFields { fields, count in
      if outgoing.remaining == 0 {
        unsafe nghttp2_submit_response(raw, stream, fields, count, nil)
      } else {
        unsafe nghttp2_submit_response(raw, stream, fields, count, &provider)
      }
    }
    return code == 0
  }

  // A response head behind which the stream goes on.
  private func submit(head stream: HTTP2StreamID) -> Bool {
    let code = unsafe target.block.withFields { fields, count in
      unsafe nghttp2_submit_headers(
        raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, nil, fields, count, nil)
    }
    return code == 0
  }

  /// Gives a stream up; the receiver hears no more of it than that it closed.
  public func reset(_ stream: HTTP2StreamID, _ code: HTTP2ErrorCode = .cancel) {
    guard let state = target.streams[stream], !state.isReset else { return }
    state.isReset = true
    // Fails only for want of memory; the stream then ends with its connection.
    _ = unsafe nghttp2_submit_rst_stream(
      raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
  }

  /// Asks the peer for a sign of life; `pingAcknowledged` follows.
  public func ping() {
    // Fails only for want of memory; the answer then never comes, as on a dead connection.
    _ = unsafe nghttp2_submit_ping(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
  }

  /// Tells the client that the connection will end, while requests on their way are still taken.
  ///
  /// First half of the drain of RFC 9113 section 6.8; `goAway` follows about a round trip later.
  public func shutdownNotice() {
    // Refused only for clients and after `goAway`, where there is nothing to announce.
    _ = unsafe nghttp2_submit_shutdown_notice(raw)
  }

  /// Refuses streams that the peer opens from now on; those that are open finish.
  ///
  /// `reason` goes to the peer as debug data.
  public func goAway(_ code: HTTP2ErrorCode = .noError, reason: StaticString = "") {
    let last = unsafe nghttp2_session_get_last_proc_stream_id(raw)
    // nghttp2 copies the debug data before it returns.
    _ = unsafe nghttp2_submit_goaway(
      raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, code.rawValue, reason.utf8Start,
      reason.utf8CodeUnitCount)
  }

  /// Ends the connection: a GOAWAY with `code` is the last frame that is pumped.
  ///
  /// Streams that are open stay so until `closeAllStreams`.
  public func terminate(_ code: HTTP2ErrorCode) {
    _ = unsafe nghttp2_session_terminate_session(raw, code.rawValue)
  }

  /// Tells the receiver that every stream that is still open has closed with `code`.
  ///
  /// For the owner to call when the connection is finished or lost; also from within an event,
  /// after which no more events of these streams come.
  public func closeAllStreams(_ code: HTTP2ErrorCode) {
    target.closeAll(code)
  }
}
