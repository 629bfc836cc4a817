internal import Bytes
internal import HTTP1
internal import HTTPTypes

/// What a machine said, with pieces of a body joined.
final class Transcript: HTTP1RequestReceiver, HTTP1ResponseReceiver {
  private(set) var lines: [String] = []
  private var body: [UInt8] = []

  func add(_ line: String) {
    lines.append("\(line) after \(body)")
  }

  func receive(head: HTTPRequestHead, body: HTTPBodyLength, expectsContinue: Bool) {
    lines.append("\(head.method) \(head.target) \(head.authority) \(body) \(expectsContinue)")
    record(head.fields)
    send(head, body)
  }

  func receive(head: HTTPResponseHead, body: HTTPBodyLength) {
    lines.append("\(head.status) \(body)")
    record(head.fields)
  }

  func receive(body bytes: Span<UInt8>) {
    precondition(bytes.count > 0, "an empty piece")
    body += Array(copying: bytes)
  }

  func receiveEnd(trailers: HTTPFields) {
    add("end")
    record(trailers)
    body = []
  }

  private func record(_ fields: HTTPFields) {
    for index in 0..<fields.count { lines.append("\(fields[index])") }
  }

  /// What was read can be written, but for the fields that the encoder writes itself.
  private func send(_ head: HTTPRequestHead, _ body: HTTPBodyLength) {
    var head = head
    var fields = HTTPFields()
    let own = ["content-length", "transfer-encoding", "connection"]
    for index in 0..<head.fields.count where !own.contains(head.fields[index].name) {
      fields.append(head.fields[index].name, head.fields[index].value)
    }
    head.fields = fields
    var buffer = ByteBuffer()
    do {
      // Bodies are sent with their length or not at all.
      try HTTP1Encoder.encode(head, body: body == .chunked ? .none : body, into: &buffer)
    } catch {
      preconditionFailure("a request that was read cannot be written: \(error)")
    }
  }
}
