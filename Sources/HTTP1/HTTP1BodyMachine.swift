internal import Bytes
internal import HTTPTypes

/// Finds the end of a body and passes its bytes on as they come (RFC 9112 sections 6 and 7).
struct HTTP1BodyMachine: ~Copyable {
  private enum Stage { case fixed, chunkSize, chunkData, chunkEnd, trailers, untilClose, complete }

  private let limits: HTTP1Limits
  private var stage = Stage.complete
  private var remaining = 0
  private var bodyBytes = 0
  private var extensionBytes = 0
  private var lines = HTTP1LineReader()
  private var trailers = HTTP1FieldSection(isTrailer: true)

  init(limits: HTTP1Limits) {
    self.limits = limits
  }

  /// Prepares for a body of this length; refuses one whose announced length is over the limit.
  mutating func begin(_ length: HTTPBodyLength) throws(HTTP1Error) {
    bodyBytes = 0
    extensionBytes = 0
    switch length {
    case .none: stage = .complete
    case .exactly(let count):
      guard count <= limits.bodyBytes else { throw bodyTooLarge }
      remaining = count
      stage = count == 0 ? .complete : .fixed
    case .chunked: stage = .chunkSize
    case .untilClose: stage = .untilClose
    }
  }

  /// Takes bytes from `position` on; returns whether the body is complete, which it has then said.
  mutating func receive(
    _ bytes: Span<UInt8>, _ position: inout Int, _ receiver: any HTTP1BodyReceiver
  ) throws(HTTP1Error) -> Bool {
    while stage != .complete {
      guard position < bytes.count else { return false }
      switch stage {
      case .fixed:
        if pass(bytes, &position, receiver) { stage = .complete }
      case .chunkSize:
        guard try receiveChunkSize(bytes, &position) else { return false }
      case .chunkData:
        if pass(bytes, &position, receiver) {
          stage = .chunkEnd
          remaining = 2
        }
      case .chunkEnd:
        try receiveChunkEnd(bytes[position])
        position += 1
      case .trailers:
        guard try receiveTrailer(bytes, &position) else { return false }
      case .untilClose:
        remaining = bytes.count - position
        try count(remaining)
        _ = pass(bytes, &position, receiver)
      case .complete: break
      }
    }
    receiver.receiveEnd(trailers: trailers.takeFields())
    return true
  }

  /// The connection ended; returns whether that ends the body, which it has then said.
  mutating func endOfInput(_ receiver: any HTTP1BodyReceiver) -> Bool {
    guard stage == .untilClose else { return false }
    stage = .complete
    receiver.receiveEnd(trailers: HTTPFields())
    return true
  }

  private var bodyTooLarge: HTTP1Error {
    HTTP1Error(status: 413, reason: "the body is larger than \(limits.bodyBytes) bytes")
  }

  private mutating func count(_ more: Int) throws(HTTP1Error) {
    guard more <= limits.bodyBytes - bodyBytes else { throw bodyTooLarge }
    bodyBytes += more
  }

  /// Passes on what there is of the remaining bytes; returns whether none remain.
  private mutating func pass(
    _ bytes: Span<UInt8>, _ position: inout Int, _ receiver: any HTTP1BodyReceiver
  ) -> Bool {
    let taken = min(remaining, bytes.count - position)
    if taken > 0 { receiver.receive(body: bytes.extracting(position..<position + taken)) }
    position += taken
    remaining -= taken
    return remaining == 0
  }

  private mutating func receiveChunkEnd(_ byte: UInt8) throws(HTTP1Error) {
    guard byte == (remaining == 2 ? 0x0D : 0x0A) else {
      throw .bad("chunk: the data is not followed by CRLF")
    }
    remaining -= 1
    if remaining == 0 { stage = .chunkSize }
  }

  private mutating func receiveChunkSize(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(HTTP1Error) -> Bool {
    // A size has at most 16 digits.
    let found = try lines.next(
      bytes, &position, limit: 16 + limits.chunkExtensionBytes - extensionBytes, status: 400,
      what: "chunk size line")
    switch found {
    case .incomplete: return false
    case .inPlace(let range): try beginChunk(bytes.extracting(range))
    case .carried:
      let line = lines.takeCarried()
      try beginChunk(line.span)
    }
    return true
  }

  /// RFC 9112 section 7.1: hexadecimal digits, then perhaps extensions, which are ignored.
  private mutating func beginChunk(_ line: Span<UInt8>) throws(HTTP1Error) {
    var size = 0
    var digits = 0
    while digits < line.count, let digit = HexDigits.value(of: line[digits]) {
      guard digits < 16, size <= Int.max >> 4 else { throw .bad("chunk: the size is too large") }
      size = size << 4 | Int(digit)
      digits += 1
    }
    guard digits > 0 else { throw .bad("chunk: the size is not a hexadecimal number") }
    let extensions = line.extracting(digits..<line.count)
    if extensions.count > 0 {
      let start = extensions.trimmed(0..<extensions.count).lowerBound
      guard start < extensions.count, extensions[start] == 0x3B,
        extensions.allBytes({ $0.isFieldValueCharacter })
      else { throw .bad("chunk: the size is followed by something other than an extension") }
      extensionBytes += extensions.count
      guard extensionBytes <= limits.chunkExtensionBytes else {
        throw .bad("chunk: extensions are larger than \(limits.chunkExtensionBytes) bytes")
      }
    }
    try count(size)
    remaining = size
    stage = size == 0 ? .trailers : .chunkData
  }

  private mutating func receiveTrailer(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(HTTP1Error) -> Bool {
    let found = try lines.next(
      bytes, &position, limit: min(limits.fieldLineBytes, limits.trailerBytes), status: 431,
      what: trailers.nextLineName)
    switch found {
    case .incomplete: return false
    case .inPlace(let range): try addTrailer(bytes.extracting(range))
    case .carried:
      let line = lines.takeCarried()
      try addTrailer(line.span)
    }
    return true
  }

  private mutating func addTrailer(_ line: Span<UInt8>) throws(HTTP1Error) {
    guard line.count > 0 else {
      stage = .complete
      return
    }
    try trailers.add(line, limits: limits)
  }
}
