public import Bytes
public import HTTPTypes

/// Writes the parts of HTTP/1.1 messages (RFC 9112).
///
/// Nothing is written when a part is refused: a name, value, target or host that would not be read
/// back as it is, and fields that the encoder writes itself.
public enum HTTP1Encoder {
  /// Appends a request's head; its `host` is the head's authority, its framing that of `body`.
  ///
  /// `expectsContinue` asks the server to say whether it wants the body.
  public static func encode(
    _ head: HTTPRequestHead, body: HTTPBodyLength, connection: HTTP1ConnectionOption = .none,
    expectsContinue: Bool = false, into buffer: inout ByteBuffer
  ) throws(HTTP1Error) {
    guard body != .untilClose else {
      throw refused("a request's body cannot end with the connection")
    }
    guard !head.method.isEmpty, head.method.utf8Span.span.allBytes({ $0.isTokenCharacter }) else {
      throw refused("the method is not a token")
    }
    guard !head.target.isEmpty, head.target.utf8Span.span.allBytes({ $0.isTargetCharacter }) else {
      throw refused("the target is empty or has an invalid character")
    }
    guard head.authority.utf8Span.span.allBytes({ $0.isHostCharacter }) else {
      throw refused("the host has an invalid character")
    }
    try check(head.fields, body)
    buffer.append(head.method)
    buffer.append(" ")
    buffer.append(head.target)
    buffer.append(" HTTP/1.1\r\nhost: ")
    buffer.append(head.authority)
    buffer.append("\r\n")
    if expectsContinue { buffer.append("expect: 100-continue\r\n") }
    // Servers expect a length from methods that usually have a body (RFC 9110 section 8.6).
    let bodyless = body == .none && (head.method == "POST" || head.method == "PUT")
    append(head.fields, body: bodyless ? .exactly(0) : body, connection, into: &buffer)
  }

  /// Appends a response's head with the framing of `body`.
  public static func encode(
    _ head: HTTPResponseHead, body: HTTPBodyLength, connection: HTTP1ConnectionOption = .none,
    into buffer: inout ByteBuffer
  ) throws(HTTP1Error) {
    guard (200...999).contains(head.status) else { throw refused("the status is not a final one") }
    try check(head.fields, body)
    buffer.append("HTTP/1.1 ")
    buffer.appendDecimal(Int64(head.status))
    buffer.append(" ")
    buffer.append(reason(of: head.status))
    buffer.append("\r\n")
    append(head.fields, body: body, connection, into: &buffer)
  }

  /// Appends the interim response that asks for the body (RFC 9110 section 15.2.1).
  public static func encodeContinue(into buffer: inout ByteBuffer) {
    buffer.append("HTTP/1.1 100 Continue\r\n\r\n")
  }

  private static func refused(_ what: String) -> HTTP1Error {
    HTTP1Error(status: 500, reason: "the message cannot be sent: \(what)")
  }

  private static func check(_ fields: HTTPFields, _ body: HTTPBodyLength) throws(HTTP1Error) {
    guard body != .chunked else { throw refused("nothing here writes a body in chunks") }
    try fields.forEach { (name, value) throws(HTTP1Error) in
      guard name.count > 0, name.allBytes({ $0.isTokenCharacter }) else {
        throw refused("a field's name is not a token")
      }
      guard value.allBytes({ $0.isFieldValueCharacter }) else {
        throw refused("the value of \(String(copying: name)) has a control character")
      }
      guard !name.isEqualIgnoringCase("content-length"), !name.isEqualIgnoringCase("host"),
        !name.isEqualIgnoringCase("transfer-encoding"), !name.isEqualIgnoringCase("connection")
      else { throw refused("\(String(copying: name)) is written from the body and the head") }
    }
  }

  private static func append(
    _ fields: HTTPFields, body: HTTPBodyLength, _ connection: HTTP1ConnectionOption,
    into buffer: inout ByteBuffer
  ) {
    append(fields, into: &buffer)
    switch body {
    case .none, .untilClose, .chunked: break
    case .exactly(let count):
      buffer.append("content-length: ")
      buffer.appendDecimal(Int64(count))
      buffer.append("\r\n")
    }
    switch connection {
    case .none: if body == .untilClose { buffer.append("connection: close\r\n") }
    case .close: buffer.append("connection: close\r\n")
    case .keepAlive: buffer.append("connection: keep-alive\r\n")
    }
    buffer.append("\r\n")
  }

  private static func append(_ fields: HTTPFields, into buffer: inout ByteBuffer) {
    buffer.reserve(fields.byteCount + 4 * fields.count)
    fields.forEach { name, value in
      buffer.append(name)
      buffer.append(": ")
      buffer.append(value)
      buffer.append("\r\n")
    }
  }
}
