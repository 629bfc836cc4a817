public import Bytes
internal import CNghttp2

/// One end of an HTTP/2 connection (RFC 9113): bytes in, events and bytes out, no I/O.
///
/// Confined to the shard of the connection that owns it. After each `receive` and each
/// submission the owner pumps, writes what came out, and closes when `isFinished`. Errors that
/// the protocol lets a peer be told (bad frames, windows overrun) do not throw: the session
/// queues a GOAWAY and is finished when that has been pumped. Streams that are open when the
/// connection ends are reported as closed by `closeAllStreams` only.
@safe
public final class HTTP2Session {
  let raw: OpaquePointer
  let target: CallbackTarget
  let isServer: Bool
  private let memory = SessionMemory()

  // Why the session cannot be used any more.
  private var failure: HTTP2Error?

  /// The server's end; `receiver` is held weakly.
  public convenience init(server settings: HTTP2Settings, receiver: any HTTP2SessionReceiver) {
    self.init(settings, isServer: true, receiver: receiver)
  }

  /// The client's end; `receiver` is held weakly.
  public convenience init(client settings: HTTP2Settings, receiver: any HTTP2SessionReceiver) {
    self.init(settings, isServer: false, receiver: receiver)
  }

  private init(_ settings: HTTP2Settings, isServer: Bool, receiver: any HTTP2SessionReceiver) {
    self.isServer = isServer
    target = CallbackTarget(settings, isServer: isServer, receiver: receiver)
    unsafe raw = SessionCallbacks.makeSession(
      settings, isServer: isServer, target: target, memory: memory)
    submitSettings(settings)
  }

  deinit {
    // No callback comes from here: nghttp2 frees streams without closing them.
    unsafe nghttp2_session_del(raw)
  }

  private func submitSettings(_ settings: HTTP2Settings) {
    var entries: [nghttp2_settings_entry] = []
    func add(_ id: nghttp2_settings_id, _ value: Int) {
      entries.append(
        nghttp2_settings_entry(
          settings_id: Int32(id.rawValue), value: UInt32(clamping: value)))
    }
    if isServer {
      add(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams)
    } else {
      add(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)
      add(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0)
    }
    let window = min(max(settings.initialStreamWindow, 1), Int(Int32.max))
    add(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window)
    add(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, min(max(settings.maxFrameSize, 1 << 14), (1 << 24) - 1))
    add(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.maxHeaderListBytes)
    let submitted = unsafe nghttp2_submit_settings(
      raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries, entries.count)
    // RFC 9113 section 6.9.2: the connection's window starts at 65,535 and only grows.
    let connection = min(max(settings.connectionWindow, 65_535), Int(Int32.max))
    let resized = unsafe nghttp2_session_set_local_window_size(
      raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(connection))
    precondition(submitted == 0 && resized == 0, "settings are clamped to what nghttp2 takes")
  }

  /// Takes bytes from the peer and tells the receiver what they mean.
  ///
  /// - Throws: when the connection cannot go on. Pump once more, so that the peer hears the
  ///   reason, and close.
  public func receive(_ bytes: Span<UInt8>) throws(HTTP2Error) {
    if let failure { throw failure }
    guard bytes.count > 0 else { return }
    target.enter()
    defer { target.leave() }
    let taken = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe nghttp2_session_mem_recv(raw, bytes.baseAddress, bytes.count)
    }
    if taken < 0 { throw fail(Int32(taken)) }
    if unsafe nghttp2_session_get_outbound_queue_size(raw) > target.settings.maxPendingFrames {
      throw fail(NGHTTP2_ERR_FLOODED.rawValue)
    }
  }

  /// Moves frames that are ready, up to about `maximum` bytes, behind `output`.
  ///
  /// Small frames are coalesced in one slice; bodies are handed over as their own slices, not
  /// copied. Nothing is ready when nothing was appended. One frame may pass `maximum`.
  ///
  /// - Throws: when the connection cannot go on.
  public func pump(into output: inout [ByteSlice], maximum: Int) throws(HTTP2Error) {
    target.enter()
    target.beginPump(&output, maximum: maximum)
    defer {
      target.endPump(&output)
      target.leave()
    }
    while target.pumped < maximum {
      var frame: UnsafePointer<UInt8>?
      let count = unsafe nghttp2_session_mem_send(raw, &frame)
      if count < 0 { throw fail(Int32(count)) }
      guard count > 0, let frame = unsafe frame else { return }
      // The memory is the session's and stays as it is until the next call.
      target.append(frame: unsafe Span(_unsafeStart: frame, count: count))
    }
  }

  /// Gives back the memory that is of use only while requests are under way.
  ///
  /// For connections that rest: the next request costs two page faults more. Does nothing while
  /// streams are open or frames wait.
  public func rest() {
    guard target.streams.isEmpty, !wantsWrite else { return }
    memory.giveBackPages()
    target.rest()
  }

  /// Whether nothing more is to be received or sent; the owner closes the connection.
  public var isFinished: Bool {
    if wantsWrite { return false }
    let wantsRead = unsafe nghttp2_session_want_read(raw) != 0
    return failure != nil || !wantsRead
  }

  /// Whether frames wait for `pump` and the windows let them go.
  public var wantsWrite: Bool {
    unsafe nghttp2_session_want_write(raw) != 0
  }

  /// The number of streams that were announced or submitted and have not closed.
  public var activeStreamCount: Int { target.streams.count }

  /// How many streams the peer lets this side have open at once; `Int.max` if it set no limit.
  public var peerMaxConcurrentStreams: Int {
    let limit = unsafe nghttp2_session_get_remote_settings(
      raw, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
    return limit == UInt32.max ? Int.max : Int(limit)
  }

  /// Whether a new request can be submitted; those above the peer's limit wait in the session.
  public var canSubmitRequest: Bool {
    let isAllowed = unsafe nghttp2_session_check_request_allowed(raw) != 0
    return failure == nil && isAllowed
  }

  /// The latest complaint about the peer, for logs.
  public var lastProblem: String? { target.lastProblem }

  private func fail(_ code: Int32) -> HTTP2Error {
    let error: HTTP2Error =
      switch nghttp2_error(code) {
      case NGHTTP2_ERR_BAD_CLIENT_MAGIC: .badPreface
      case NGHTTP2_ERR_FLOODED: .flooded
      case NGHTTP2_ERR_CALLBACK_FAILURE: target.failure ?? .library("a callback failed")
      default: .library(unsafe String(cString: nghttp2_strerror(code)))
      }
    failure = .unusable
    let reason: HTTP2ErrorCode = error == .badPreface ? .protocolError : .enhanceYourCalm
    _ = unsafe nghttp2_session_terminate_session(raw, reason.rawValue)
    return error
  }
}
