internal import Bytes
internal import HTTPTypes

/// The client's side of HTTP/1.1: reads responses from the bytes of a connection (RFC 9112).
///
/// Interim responses are skipped. After an error the machine throws the same error for good; the
/// connection must be closed.
public struct HTTP1ResponseMachine: ~Copyable {
  private enum Stage { case statusLine, fields, body, complete }

  private let limits: HTTP1Limits
  private var stage = Stage.statusLine
  private var lines = HTTP1LineReader()
  private var answersHead: Bool
  private var isHTTP10 = false
  private var status = 0
  private var interimCount = 0
  private var section = HTTP1FieldSection(isTrailer: false)
  private var body: HTTP1BodyMachine
  private var failure: HTTP1Error?

  /// Whether the connection may carry another request once the present response is complete.
  public private(set) var keepsAlive = false

  /// Whether the present response is complete, so that `beginNext` may be called.
  public var isComplete: Bool { stage == .complete }

  /// Whether no byte of a response has come since the last one was complete.
  public var isIdle: Bool {
    failure == nil && (stage == .complete || (stage == .statusLine && lines.isEmpty))
  }

  /// A machine that waits for the answer to a request of this method.
  public init(limits: HTTP1Limits = HTTP1Limits(), requestMethod: String = "POST") {
    self.limits = limits
    answersHead = requestMethod == "HEAD"
    body = HTTP1BodyMachine(limits: limits)
  }

  /// Makes ready for the answer to another request, sent on the same connection.
  ///
  /// - Precondition: the present response is complete.
  public mutating func beginNext(requestMethod: String = "POST") {
    precondition(stage == .complete, "the present response is not complete")
    stage = .statusLine
    answersHead = requestMethod == "HEAD"
    interimCount = 0
    keepsAlive = false
  }

  /// Takes bytes and returns how many; stops behind the end of a response until `beginNext`.
  public mutating func receive(
    _ bytes: Span<UInt8>, _ receiver: any HTTP1ResponseReceiver
  ) throws(HTTP1Error) -> Int {
    if let failure { throw failure }
    do {
      return try advance(bytes, receiver)
    } catch {
      throw fail(error.ofResponse)
    }
  }

  /// Says that the peer closed the connection, which ends a body without a length.
  ///
  /// - Throws: when a response is expected or incomplete.
  public mutating func endOfInput(_ receiver: any HTTP1ResponseReceiver) throws(HTTP1Error) {
    if let failure { throw failure }
    if stage == .complete { return }
    guard stage == .body, body.endOfInput(receiver) else {
      let place = isIdle ? "before the response" : "within the response"
      throw fail(HTTP1Error(status: 502, reason: "the connection was closed \(place)"))
    }
    stage = .complete
  }

  private mutating func fail(_ error: HTTP1Error) -> HTTP1Error {
    failure = error
    keepsAlive = false
    return error
  }

  private mutating func advance(
    _ bytes: Span<UInt8>, _ receiver: any HTTP1ResponseReceiver
  ) throws(HTTP1Error) -> Int {
    var position = 0
    while true {
      switch stage {
      case .statusLine:
        guard try receiveStatusLine(bytes, &position) else { return position }
      case .fields:
        guard try receiveFieldLine(bytes, &position, receiver) else { return position }
      case .body:
        guard try body.receive(bytes, &position, receiver) else { return position }
        stage = .complete
      case .complete:
        return position
      }
    }
  }

  private mutating func receiveStatusLine(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(HTTP1Error) -> Bool {
    let found = try lines.next(
      bytes, &position, limit: limits.startLineBytes, status: 400, what: "status line")
    switch found {
    case .incomplete: return false
    case .inPlace(let range): try readStatusLine(bytes.extracting(range))
    case .carried:
      let line = lines.takeCarried()
      try readStatusLine(line.span)
    }
    stage = .fields
    return true
  }

  /// RFC 9112 section 4; the space before an absent reason may be absent too.
  private mutating func readStatusLine(_ line: Span<UInt8>) throws(HTTP1Error) {
    guard line.count >= 12, line[8] == .space, line.count == 12 || line[12] == .space else {
      throw .bad("status line: it is not a version and a status")
    }
    isHTTP10 = try HTTP1RequestLine.isHTTP10(line.extracting(0..<8))
    status = 0
    for index in 9..<12 {
      guard line[index].isDigit else { throw .bad("status line: the status is not a number") }
      status = status * 10 + Int(line[index] - 0x30)
    }
    guard status >= 100, line.extracting(12..<line.count).allBytes({ $0.isFieldValueCharacter })
    else { throw .bad("status line: the status or its reason is invalid") }
  }

  private mutating func receiveFieldLine(
    _ bytes: Span<UInt8>, _ position: inout Int, _ receiver: any HTTP1ResponseReceiver
  ) throws(HTTP1Error) -> Bool {
    let found = try lines.next(
      bytes, &position, limit: limits.fieldLineBytes, status: 400, what: section.nextLineName)
    switch found {
    case .incomplete: return false
    case .inPlace(let range): try readFieldLine(bytes.extracting(range), receiver)
    case .carried:
      let line = lines.takeCarried()
      try readFieldLine(line.span, receiver)
    }
    return true
  }

  private mutating func readFieldLine(
    _ line: Span<UInt8>, _ receiver: any HTTP1ResponseReceiver
  ) throws(HTTP1Error) {
    guard line.count == 0 else {
      try section.add(line, limits: limits)
      return
    }
    guard status >= 200 else {
      try skipInterim()
      return
    }
    let length = try bodyLength()
    try body.begin(length)
    let closes = section.closes || (isHTTP10 && !section.keepsAlive)
    keepsAlive = !closes && length != .untilClose
    stage = .body
    receiver.receive(
      head: HTTPResponseHead(status: status, fields: section.takeFields()), body: length)
  }

  /// RFC 9110 section 15.2.
  private mutating func skipInterim() throws(HTTP1Error) {
    guard status != 101 else {
      throw .bad("head: the protocol was switched, which nobody asked for")
    }
    interimCount += 1
    guard interimCount <= limits.interimResponses else {
      throw .bad("head: more than \(limits.interimResponses) interim responses")
    }
    _ = section.takeFields()
    stage = .statusLine
  }

  /// RFC 9112 section 6.3; what could be read in two ways is refused.
  private func bodyLength() throws(HTTP1Error) -> HTTPBodyLength {
    guard section.transferEncoding == .absent || section.contentLength == nil else {
      throw .bad("head: there is both a content-length and a transfer-encoding")
    }
    if answersHead || status == 204 || status == 304 { return .none }
    if section.transferEncoding == .chunked {
      guard !isHTTP10 else { throw .bad("head: HTTP/1.0 has no transfer-encoding") }
      return .chunked
    }
    return section.contentLength.map { .exactly($0) } ?? .untilClose
  }
}
