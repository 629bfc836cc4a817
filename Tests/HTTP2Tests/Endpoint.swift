import Bytes
import HTTP2
import HTTPTypes

/// One end of a connection under test: a session and what its receiver heard, stream by stream.
final class Endpoint: HTTP2SessionReceiver {
  /// What was heard of one stream.
  struct Heard {
    var request: HTTPRequestHead?
    var response: HTTPResponseHead?
    var trailers: HTTPFields?
    var body: [UInt8] = []
    var endedWithHead = false
    var ends = 0
    var closed: [HTTP2ErrorCode] = []
  }

  private(set) var session: HTTP2Session?
  private(set) var heard: [HTTP2StreamID: Heard] = [:]
  private(set) var lastStream: HTTP2StreamID?
  private(set) var goAway: HTTP2ErrorCode?
  private(set) var pongs = 0
  private(set) var settings = 0
  /// Called at the end of each stream, from within the event.
  var onEnd: (HTTP2StreamID, HTTP2Session) -> Void = { _, _ in }
  /// Called at each head, from within the event.
  var onHead: (HTTP2StreamID, HTTP2Session) -> Void = { _, _ in }

  init(server settings: HTTP2Settings = .init()) {
    session = HTTP2Session(server: settings, receiver: self)
  }

  init(client settings: HTTP2Settings) {
    session = HTTP2Session(client: settings, receiver: self)
  }

  static func client(_ settings: HTTP2Settings = .init()) -> Endpoint {
    Endpoint(client: settings)
  }

  /// The session; there from the end of `init` on.
  var open: HTTP2Session {
    guard let session else { preconditionFailure("made in init") }
    return session
  }

  func receive(request: HTTPRequestHead, on stream: HTTP2StreamID, isEnd: Bool) {
    heard[stream, default: .init()].request = request
    heard[stream]?.endedWithHead = isEnd
    onHead(stream, open)
  }

  func receive(response: HTTPResponseHead, on stream: HTTP2StreamID, isEnd: Bool) {
    heard[stream, default: .init()].response = response
    heard[stream]?.endedWithHead = isEnd
    onHead(stream, open)
  }

  func receive(trailers: HTTPFields, on stream: HTTP2StreamID) {
    heard[stream, default: .init()].trailers = trailers
  }

  func receive(body bytes: Span<UInt8>, on stream: HTTP2StreamID) {
    heard[stream, default: .init()].body += Array(copying: bytes)
  }

  func receiveEnd(of stream: HTTP2StreamID) {
    heard[stream, default: .init()].ends += 1
    onEnd(stream, open)
  }

  func closed(_ stream: HTTP2StreamID, error: HTTP2ErrorCode) {
    heard[stream, default: .init()].closed.append(error)
  }

  func goingAway(lastStream: HTTP2StreamID, error: HTTP2ErrorCode) {
    self.lastStream = lastStream
    goAway = error
  }

  func pingAcknowledged() { pongs += 1 }

  func settingsReceived() { settings += 1 }

  /// All that is ready to go out, in pumps of at most `maximum` bytes.
  func output(maximum: Int = 1 << 20) throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      var slices: [ByteSlice] = []
      try open.pump(into: &slices, maximum: maximum)
      if slices.isEmpty { return all }
      for slice in slices { all += slice.array }
    }
  }

  /// Feeds `bytes` in parts of `step`.
  func feed(_ bytes: [UInt8], step: Int = .max) throws {
    var start = 0
    while start < bytes.count {
      let end = start + min(step, bytes.count - start)
      try open.receive(Array(bytes[start..<end]).span)
      start = end
    }
  }

  /// Carries bytes to and fro until neither end has any.
  func talk(to peer: Endpoint, step: Int = .max, maximum: Int = 1 << 20) throws {
    while true {
      let out = try output(maximum: maximum)
      try peer.feed(out, step: step)
      let back = try peer.output(maximum: maximum)
      try feed(back, step: step)
      if out.isEmpty, back.isEmpty { return }
    }
  }
}

extension HTTPRequestHead {
  static let export = HTTPRequestHead(
    method: "POST", target: "/export?a=b", authority: "collector:4317",
    fields: HTTPFields(["content-type": "application/grpc", "te": "trailers"]))
}
