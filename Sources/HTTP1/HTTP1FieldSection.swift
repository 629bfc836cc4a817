internal import Bytes
internal import HTTPTypes

/// The field lines of a head or of trailers, and what they say about the message's framing.
struct HTTP1FieldSection: ~Copyable {
  enum TransferEncoding { case absent, chunked }

  private(set) var fields = HTTPFields()
  private(set) var contentLength: Int?
  private(set) var transferEncoding = TransferEncoding.absent
  private(set) var host: String?
  private(set) var closes = false
  private(set) var keepsAlive = false
  private(set) var expectsContinue = false
  private var lineCount = 0
  private var byteCount = 0
  private let isTrailer: Bool

  init(isTrailer: Bool) {
    self.isTrailer = isTrailer
  }

  /// How the line that comes next is called in errors.
  var nextLineName: String { "\(isTrailer ? "trailer" : "field") line \(lineCount + 1)" }

  /// The fields; leaves the section as new.
  mutating func takeFields() -> HTTPFields {
    let taken = fields
    self = HTTP1FieldSection(isTrailer: isTrailer)
    return taken
  }

  /// Reads a field line without its end (RFC 9112 section 5).
  mutating func add(_ line: Span<UInt8>, limits: HTTP1Limits) throws(HTTP1Error) {
    byteCount += line.count + 2
    guard lineCount < (isTrailer ? limits.trailerCount : limits.fieldCount) else {
      throw .tooLarge("more than \(lineCount) \(isTrailer ? "trailer" : "field") lines")
    }
    guard byteCount <= (isTrailer ? limits.trailerBytes : limits.fieldBytes) else {
      throw .tooLarge("the \(isTrailer ? "trailers" : "fields") are too large at \(nextLineName)")
    }
    guard !line[0].isSpaceOrTab else {
      throw .bad("\(nextLineName): folded lines are not allowed")
    }
    guard let colon = line.firstIndex(of: .colon) else {
      throw .bad("\(nextLineName): there is no colon")
    }
    let name = line.extracting(0..<colon)
    guard colon > 0, name.allBytes({ $0.isTokenCharacter }) else {
      throw .bad(nameProblem(name))
    }
    let value = line.extracting(line.trimmed(colon + 1..<line.count))
    guard value.allBytes({ $0.isFieldValueCharacter }) else {
      throw .bad("\(nextLineName): the value has a control character")
    }
    if try interpret(name, value) { fields.append(name: name, value: value) }
    lineCount += 1
  }

  private func nameProblem(_ name: Span<UInt8>) -> String {
    guard name.count > 0 else { return "\(nextLineName): the name is empty" }
    return name[name.count - 1].isSpaceOrTab
      ? "\(nextLineName): there is a space before the colon"
      : "\(nextLineName): the name is not a token"
  }

  /// Notes what frames the message; returns whether the field is to be kept as a field.
  private mutating func interpret(
    _ name: Span<UInt8>, _ value: Span<UInt8>
  ) throws(HTTP1Error) -> Bool {
    switch name.count {
    case 4 where name.isEqualIgnoringCase("host"):
      try refuseInTrailer("host")
      try readHost(value)
      return false
    case 6 where !isTrailer && name.isEqualIgnoringCase("expect"):
      guard value.isEqualIgnoringCase("100-continue") else {
        throw HTTP1Error(status: 417, reason: "\(nextLineName): only 100-continue can be expected")
      }
      expectsContinue = true
    case 10 where name.isEqualIgnoringCase("connection"):
      readConnection(value)
    case 14 where name.isEqualIgnoringCase("content-length"):
      try refuseInTrailer("content-length")
      try readContentLength(value)
    case 17 where name.isEqualIgnoringCase("transfer-encoding"):
      try refuseInTrailer("transfer-encoding")
      try readTransferEncoding(value)
    default: break
    }
    return true
  }

  private func refuseInTrailer(_ name: String) throws(HTTP1Error) {
    if isTrailer { throw .bad("\(nextLineName): \(name) cannot be a trailer") }
  }

  /// RFC 9112 section 3.2: one host, and a valid one.
  private mutating func readHost(_ value: Span<UInt8>) throws(HTTP1Error) {
    guard host == nil else { throw .bad("\(nextLineName): there is a second host") }
    guard value.allBytes({ $0.isHostCharacter }) else {
      throw .bad("\(nextLineName): the host has an invalid character")
    }
    host = String(copying: value)
  }

  private mutating func readConnection(_ value: Span<UInt8>) {
    value.forEachListElement { element in
      let option = value.extracting(element)
      if option.isEqualIgnoringCase("close") { closes = true }
      if option.isEqualIgnoringCase("keep-alive") { keepsAlive = true }
    }
  }

  /// RFC 9112 section 6.3: digits only; a repeated field is taken when it says the same.
  private mutating func readContentLength(_ value: Span<UInt8>) throws(HTTP1Error) {
    // Nineteen digits may overflow; eighteen cannot.
    guard value.count > 0, value.count <= 18, value.allBytes({ $0.isDigit }) else {
      throw .bad("\(nextLineName): content-length is not a number of at most 18 digits")
    }
    var length = 0
    for index in value.indices { length = length * 10 + Int(value[index] - 0x30) }
    guard contentLength == nil || contentLength == length else {
      throw .bad("\(nextLineName): there is a second, different content-length")
    }
    contentLength = length
  }

  /// RFC 9112 section 6.1: `chunked`, once and last; other codings are not implemented.
  private mutating func readTransferEncoding(_ value: Span<UInt8>) throws(HTTP1Error) {
    guard transferEncoding == .absent else {
      throw .bad("\(nextLineName): there is a second transfer-encoding")
    }
    var chunkedCount = 0
    var otherCount = 0
    var endsInChunked = false
    value.forEachListElement { element in
      endsInChunked = value.extracting(element).isEqualIgnoringCase("chunked")
      if endsInChunked { chunkedCount += 1 } else { otherCount += 1 }
    }
    guard endsInChunked, chunkedCount == 1 else {
      throw .bad("\(nextLineName): transfer-encoding must end in chunked, once")
    }
    guard otherCount == 0 else {
      throw HTTP1Error(
        status: 501, reason: "\(nextLineName): the only transfer-encoding supported is chunked")
    }
    transferEncoding = .chunked
  }
}
