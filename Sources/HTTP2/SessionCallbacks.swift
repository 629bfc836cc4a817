internal import Bytes
internal import CNghttp2

/// The C side of a session: its options, and callbacks of a line each into the target.
enum SessionCallbacks {
  /// Bodies go out in frames of at most this size even to peers that take larger ones, so that
  /// streams alternate.
  static let largestDataFrame = 256 << 10

  static func makeSession(
    _ settings: HTTP2Settings, isServer: Bool, target: CallbackTarget, memory: SessionMemory
  ) -> OpaquePointer {
    var options: OpaquePointer?
    var callbacks: OpaquePointer?
    guard unsafe nghttp2_option_new(&options) == 0,
      unsafe nghttp2_session_callbacks_new(&callbacks) == 0
    else { fatalError("out of memory for an HTTP/2 session") }
    unsafe nghttp2_option_set_max_outbound_ack(options, settings.maxPendingAcknowledgements)
    // Closed streams would be kept for the priority tree, which nobody uses any more.
    unsafe nghttp2_option_set_no_closed_streams(options, 1)
    // Answers repeat little that is long; a table for them would cost each connection 400 bytes.
    if isServer { unsafe nghttp2_option_set_max_deflate_dynamic_table_size(options, 0) }
    unsafe setEvents(callbacks)
    unsafe setEndings(callbacks)
    unsafe setOutput(callbacks)
    unsafe setOutcome(callbacks)
    // The session owns the target and the memory, and frees the nghttp2 session first.
    let context = unsafe Unmanaged.passUnretained(target).toOpaque()
    var session: OpaquePointer?
    var allocator = unsafe memory.allocator
    let code =
      isServer
      ? unsafe nghttp2_session_server_new3(&session, callbacks, context, options, &allocator)
      : unsafe nghttp2_session_client_new3(&session, callbacks, context, options, &allocator)
    memory.sessionIsMade()
    unsafe nghttp2_option_del(options)
    unsafe nghttp2_session_callbacks_del(callbacks)
    guard code == 0, let session = unsafe session else {
      fatalError("out of memory for an HTTP/2 session")
    }
    return unsafe session
  }

  /// Where nghttp2 asks for the next part of a body.
  static func bodyProvider() -> nghttp2_data_provider {
    unsafe nghttp2_data_provider(source: nghttp2_data_source()) {
      (raw, stream, _, length, flags, _, context) in
      let next = unsafe target(context).nextData(on: stream, length: length, of: raw)
      unsafe flags?.pointee = next.flags
      return next.count
    }
  }

  private static func setEvents(_ callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) {
      (_, frame, context) in
      guard let frame = unsafe frame?.pointee else { return 0 }
      unsafe target(context).beginHeaders(frame.hd.stream_id, isRequest: isRequest(frame))
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      (_, _, name, nameCount, value, valueCount, _, context) in
      let goesOn = unsafe target(context).header(span(name, nameCount), span(value, valueCount))
      return goesOn ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      (_, _, stream, bytes, count, context) in
      unsafe target(context).data(span(bytes, count), on: stream)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) {
      (raw, frame, context) in
      guard let frame = unsafe frame?.pointee else { return 0 }
      unsafe received(frame, target(context), raw)
      return 0
    }
  }

  private static func setEndings(_ callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) {
      (raw, stream, code, context) in
      unsafe target(context).closed(stream, HTTP2ErrorCode(rawValue: code), of: raw)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_error_callback2(callbacks) {
      (_, _, text, count, context) in
      guard let text = unsafe text else { return 0 }
      let bytes = unsafe UnsafeRawBufferPointer(start: text, count: count)
      unsafe target(context).lastProblem = unsafe String(decoding: bytes, as: UTF8.self)
      return 0
    }
  }

  private static func setOutput(_ callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks) {
      (_, _, _, _, _, peerLimit, _) in
      min(Int(peerLimit), SessionCallbacks.largestDataFrame)
    }
    unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) {
      (_, frame, header, count, _, context) in
      guard let frame = unsafe frame else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
      let stream = unsafe frame.pointee.hd.stream_id
      // A frame's header has 9 bytes (RFC 9113 section 4.1); there is no padding to write.
      let sent = unsafe target(context).sendData(
        header: span(header, 9), count: count, on: stream)
      return sent ? 0 : NGHTTP2_ERR_WOULDBLOCK.rawValue
    }
  }

  private static func setOutcome(_ callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) {
      (raw, frame, context) in
      guard let frame = unsafe frame?.pointee else { return 0 }
      let header = unsafe frame.hd
      let kind = nghttp2_frame_type(UInt32(header.type))
      if kind == NGHTTP2_GOAWAY {
        let goAway = unsafe frame.goaway
        unsafe target(context).sentGoAway(
          HTTP2ErrorCode(rawValue: goAway.error_code),
          reason: span(goAway.opaque_data, goAway.opaque_data_len))
      }
      guard kind == NGHTTP2_HEADERS || kind == NGHTTP2_DATA,
        header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
      else { return 0 }
      unsafe target(context).sentEnd(of: header.stream_id, to: raw)
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) {
      (raw, frame, code, context) in
      guard let frame = unsafe frame?.pointee,
        unsafe frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue)
      else { return 0 }
      // Given up by its owner before its turn came; it closes with the owner's code.
      if code == NGHTTP2_ERR_STREAM_CLOSING.rawValue { return 0 }
      let isGoingAway = code == NGHTTP2_ERR_START_STREAM_NOT_ALLOWED.rawValue
      unsafe target(context).notSent(
        frame.hd.stream_id, isRequest: isRequest(frame), isGoingAway: isGoingAway, of: raw)
      return 0
    }
  }
}

// Functions, not members: a C function pointer may not capture even its own type.

private func target(_ context: UnsafeMutableRawPointer?) -> CallbackTarget {
  guard let context = unsafe context else { preconditionFailure("a session has a target") }
  return unsafe Unmanaged<CallbackTarget>.fromOpaque(context).takeUnretainedValue()
}

// A C span of a callback's arguments, valid for the callback's duration.
@_lifetime(immortal)
private func span(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Span<UInt8> {
  guard let start = unsafe start, count > 0 else { return Span() }
  let span = unsafe Span(_unsafeStart: start, count: count)
  return unsafe _overrideLifetime(span, copying: ())
}

private func received(
  _ frame: nghttp2_frame, _ target: CallbackTarget, _ raw: OpaquePointer?
) {
  let header = unsafe frame.hd
  let isEnd = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
  let isAcknowledgement = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
  switch nghttp2_frame_type(UInt32(header.type)) {
  case NGHTTP2_HEADERS:
    unsafe target.endHeaders(
      header.stream_id, isRequest: isRequest(frame), isEnd: isEnd, of: raw)
  case NGHTTP2_DATA:
    if isEnd { target.end(header.stream_id) }
  case NGHTTP2_SETTINGS:
    if !isAcknowledgement { target.settingsArrived() }
  case NGHTTP2_PING:
    if isAcknowledgement { target.pong() } else { target.ping() }
  case NGHTTP2_GOAWAY:
    let goAway = unsafe frame.goaway
    unsafe target.goingAway(
      lastStream: goAway.last_stream_id, error: HTTP2ErrorCode(rawValue: goAway.error_code))
  default: break
  }
}

private func isRequest(_ frame: nghttp2_frame) -> Bool {
  unsafe frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue)
    && frame.headers.cat == NGHTTP2_HCAT_REQUEST
}
