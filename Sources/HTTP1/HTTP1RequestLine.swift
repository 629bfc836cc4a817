internal import Bytes

/// A request line (RFC 9112 section 3), its target in origin form.
struct HTTP1RequestLine {
  var method = ""
  var target = ""
  /// The host and port of a target in absolute form.
  var authority: String?
  var isHTTP10 = false

  init() {}

  init(_ line: Span<UInt8>) throws(HTTP1Error) {
    guard let first = line.firstIndex(of: .space),
      let second = line.firstIndex(of: .space, from: first + 1)
    else { throw .bad("request line: it is not a method, a target and a version") }
    let method = line.extracting(0..<first)
    guard first > 0, method.allBytes({ $0.isTokenCharacter }) else {
      throw .bad("request line: the method is not a token")
    }
    self.method = String(copying: method)
    isHTTP10 = try HTTP1RequestLine.isHTTP10(line.extracting(second + 1..<line.count))
    try readTarget(line.extracting(first + 1..<second))
  }

  /// RFC 9112 section 2.3 and RFC 9110 section 2.5: later minor versions are read as 1.1.
  static func isHTTP10(_ version: Span<UInt8>) throws(HTTP1Error) -> Bool {
    guard version.count == 8, version.extracting(0..<5).isEqual(to: "HTTP/"),
      version[5].isDigit, version[6] == 0x2E, version[7].isDigit
    else { throw .bad("start line: the version is not of the form HTTP/1.1") }
    guard version[5] == 0x31 else {
      throw HTTP1Error(status: 505, reason: "start line: the version is not HTTP/1.0 or HTTP/1.1")
    }
    return version[7] == 0x30
  }

  /// RFC 9112 section 3.2: origin form, absolute form, or the asterisk of OPTIONS.
  private mutating func readTarget(_ target: Span<UInt8>) throws(HTTP1Error) {
    guard target.count > 0, target.allBytes({ $0.isTargetCharacter }) else {
      throw .bad("request line: the target is empty or has an invalid character")
    }
    guard method != "CONNECT" else {
      throw HTTP1Error(status: 501, reason: "request line: CONNECT is not supported")
    }
    if target[0] == 0x2F {
      self.target = String(copying: target)
    } else if target.count == 1, target[0] == 0x2A, method == "OPTIONS" {
      self.target = "*"
    } else {
      try readAbsoluteTarget(target)
    }
  }

  private mutating func readAbsoluteTarget(_ target: Span<UInt8>) throws(HTTP1Error) {
    var start = 0
    if target.count > 7, target.extracting(0..<7).isEqualIgnoringCase("http://") {
      start = 7
    } else if target.count > 8, target.extracting(0..<8).isEqualIgnoringCase("https://") {
      start = 8
    }
    var end = start
    while end < target.count, target[end] != 0x2F, target[end] != 0x3F { end += 1 }
    let host = target.extracting(start..<end)
    guard start > 0, end > start, host.allBytes({ $0.isHostCharacter }) else {
      throw .bad("request line: the target is neither a path nor an http address")
    }
    authority = String(copying: host)
    let rest = String(copying: target.extracting(end..<target.count))
    self.target = rest.utf8.first == 0x2F ? rest : "/" + rest
  }
}
