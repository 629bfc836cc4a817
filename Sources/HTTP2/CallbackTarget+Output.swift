internal import Bytes
internal import CNghttp2
internal import HTTPTypes

// What goes to the peer.
extension CallbackTarget {
  func beginPump(_ output: inout [ByteSlice], maximum: Int) {
    swap(&self.output, &output)
    self.maximum = maximum
    pumped = 0
  }

  func endPump(_ output: inout [ByteSlice]) {
    flushSmall()
    swap(&self.output, &output)
  }

  func append(frame: Span<UInt8>) {
    small.append(frame)
    pumped += frame.count
  }

  /// A body of this size, such as an answer to an export, is copied in between the frames around it:
  /// a slice of its own and one for what follows cost more.
  private static let copiedByteCount = 256

  private func flushSmall() {
    if !small.isEmpty { output.append(small.takeSlice()) }
  }

  /// Offers at most `length` bytes of the stream's body to the windows.
  ///
  /// - Returns: how many bytes a DATA frame may carry now, and what nghttp2 is to know of it.
  func nextData(
    on stream: HTTP2StreamID, length: Int, of raw: OpaquePointer?
  ) -> (count: Int, flags: nghttp2_data_flag.RawValue) {
    let noCopy = NGHTTP2_DATA_FLAG_NO_COPY.rawValue
    let end = NGHTTP2_DATA_FLAG_EOF.rawValue
    guard let body = streams[stream]?.body else { return (0, noCopy | end) }
    if body.remaining > length { return (length, noCopy) }
    guard let trailers = body.trailers else { return (body.remaining, noCopy | end) }
    _ = unsafe submit(trailers: trailers, on: stream, to: raw)
    return (body.remaining, noCopy | end | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
  }

  /// Writes a DATA frame; false when this pump has given enough.
  func sendData(header: Span<UInt8>, count: Int, on stream: HTTP2StreamID) -> Bool {
    if pumped >= maximum { return false }
    append(frame: header)
    pumped += count
    guard count > 0, let state = streams[stream] else { return true }
    if count <= CallbackTarget.copiedByteCount {
      state.body?.take(count, into: &small)
    } else {
      flushSmall()
      state.body?.take(count, into: &output)
    }
    return true
  }

  func submit(trailers: HTTPFields, on stream: HTTP2StreamID, to raw: OpaquePointer?) -> Bool {
    block.reset()
    block.append(trailers)
    let code = unsafe block.withFields { fields, count in
      unsafe nghttp2_submit_trailer(raw, stream, fields, count)
    }
    return code == 0
  }

  /// Notes why the connection ends; nghttp2 gives its reason as the frame's debug data.
  func sentGoAway(_ code: HTTP2ErrorCode, reason: Span<UInt8>) {
    guard code != .noError, lastProblem == nil || reason.count > 0 else { return }
    lastProblem = reason.count > 0 ? "\(code): \(String(copying: reason))" : "\(code)"
  }

  /// Notes that this side's half of the stream has gone out.
  ///
  /// A server that has answered has no use for the rest of the request (RFC 9113 section 8.1).
  func sentEnd(of stream: HTTP2StreamID, to raw: OpaquePointer?) {
    guard isServer, let state = streams[stream], !state.sawEnd, !state.isReset else { return }
    state.isReset = true
    _ = unsafe nghttp2_submit_rst_stream(
      raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, HTTP2ErrorCode.noError.rawValue)
  }
}
