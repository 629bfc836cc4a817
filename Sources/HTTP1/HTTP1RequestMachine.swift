internal import Bytes
internal import HTTPTypes

/// The server's side of HTTP/1.1: reads requests from the bytes of a connection (RFC 9112).
///
/// The machine holds at most one unfinished line. After an error it throws the same error for good;
/// the connection must be answered with its status and closed.
public struct HTTP1RequestMachine: ~Copyable {
  private enum Stage { case requestLine, fields, body, complete }

  private let limits: HTTP1Limits
  private var stage = Stage.requestLine
  private var lines = HTTP1LineReader()
  private var emptyLineCount = 0
  private var requestLine = HTTP1RequestLine()
  private var section = HTTP1FieldSection(isTrailer: false)
  private var body: HTTP1BodyMachine
  private var failure: HTTP1Error?

  /// What the answer to the present request has to say about the connection; `.close` after an
  /// error and before the head is complete.
  public private(set) var connectionOption = HTTP1ConnectionOption.close

  /// Whether the present request is complete, so that `beginNext` may be called.
  public var isComplete: Bool { stage == .complete }

  /// Whether no byte of a request has come since the last one was complete, so that the
  /// connection may end here.
  public var isIdle: Bool {
    failure == nil && (stage == .complete || (stage == .requestLine && lines.isEmpty))
  }

  /// A machine at the start of a connection.
  public init(limits: HTTP1Limits = HTTP1Limits()) {
    self.limits = limits
    body = HTTP1BodyMachine(limits: limits)
  }

  /// Takes bytes and returns how many; stops behind the end of a request until `beginNext()`.
  ///
  /// Bytes that are not taken belong to the next request and must be fed again.
  public mutating func receive(
    _ bytes: Span<UInt8>, _ receiver: any HTTP1RequestReceiver
  ) throws(HTTP1Error) -> Int {
    if let failure { throw failure }
    do {
      return try advance(bytes, receiver)
    } catch {
      failure = error
      connectionOption = .close
      throw error
    }
  }

  /// Makes ready for the request behind a complete one.
  ///
  /// - Precondition: the present request is complete.
  public mutating func beginNext() {
    precondition(stage == .complete, "the present request is not complete")
    stage = .requestLine
    emptyLineCount = 0
    connectionOption = .close
  }

  private mutating func advance(
    _ bytes: Span<UInt8>, _ receiver: any HTTP1RequestReceiver
  ) throws(HTTP1Error) -> Int {
    var position = 0
    while true {
      switch stage {
      case .requestLine:
        guard try receiveRequestLine(bytes, &position) else { return position }
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

  private mutating func receiveRequestLine(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(HTTP1Error) -> Bool {
    if lines.isEmpty, position < bytes.count, bytes[position] == 0x16 {
      throw .bad("request line: this is a TLS handshake, but the port serves plain HTTP")
    }
    let found = try lines.next(
      bytes, &position, limit: limits.startLineBytes, status: 414, what: "request line")
    switch found {
    case .incomplete: return false
    case .inPlace(let range): try readRequestLine(bytes.extracting(range))
    case .carried:
      let line = lines.takeCarried()
      try readRequestLine(line.span)
    }
    return true
  }

  private mutating func readRequestLine(_ line: Span<UInt8>) throws(HTTP1Error) {
    guard line.count > 0 else {
      emptyLineCount += 1
      guard emptyLineCount <= limits.emptyLines else {
        throw .bad("request line: more than \(limits.emptyLines) empty lines before it")
      }
      return
    }
    requestLine = try HTTP1RequestLine(line)
    stage = .fields
  }

  private mutating func receiveFieldLine(
    _ bytes: Span<UInt8>, _ position: inout Int, _ receiver: any HTTP1RequestReceiver
  ) throws(HTTP1Error) -> Bool {
    let found = try lines.next(
      bytes, &position, limit: limits.fieldLineBytes, status: 431, what: section.nextLineName)
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
    _ line: Span<UInt8>, _ receiver: any HTTP1RequestReceiver
  ) throws(HTTP1Error) {
    guard line.count == 0 else {
      try section.add(line, limits: limits)
      return
    }
    let length = try bodyLength()
    let authority = try authority()
    let expectsContinue = section.expectsContinue && !requestLine.isHTTP10 && length != .exactly(0)
    try body.begin(length)
    connectionOption = presentConnectionOption
    stage = .body
    let head = HTTPRequestHead(
      method: requestLine.method, target: requestLine.target, authority: authority,
      fields: section.takeFields())
    receiver.receive(head: head, body: length, expectsContinue: expectsContinue && length != .none)
  }

  private var presentConnectionOption: HTTP1ConnectionOption {
    if section.closes { return .close }
    guard requestLine.isHTTP10 else { return .none }
    return section.keepsAlive ? .keepAlive : .close
  }

  /// RFC 9112 section 6.3; what could be read in two ways is refused.
  private func bodyLength() throws(HTTP1Error) -> HTTPBodyLength {
    guard section.transferEncoding == .chunked else {
      return section.contentLength.map { .exactly($0) } ?? .none
    }
    guard section.contentLength == nil else {
      throw .bad("head: there is both a content-length and a transfer-encoding")
    }
    guard !requestLine.isHTTP10 else {
      throw .bad("head: HTTP/1.0 has no transfer-encoding")
    }
    return .chunked
  }

  /// RFC 9112 sections 3.2 and 3.3; the authority of an absolute target takes the host's place.
  private func authority() throws(HTTP1Error) -> String {
    guard let host = section.host else {
      guard requestLine.isHTTP10 else { throw .bad("head: there is no host") }
      return requestLine.authority ?? ""
    }
    return requestLine.authority ?? host
  }
}
