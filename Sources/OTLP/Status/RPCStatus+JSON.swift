internal import Bytes
internal import GRPC

extension RPCStatus {
  func encodeJSON(into buffer: inout ByteBuffer) {
    buffer.append("{\"code\":" as StaticString)
    buffer.appendDecimal(UInt64(code.rawValue))
    buffer.append(",\"message\":" as StaticString)
    buffer.appendJSONString(message.utf8Span.span)
    if !details.isEmpty {
      buffer.append(",\"details\":" as StaticString)
      buffer.appendJSONArray(details) { detail, buffer in detail.encodeJSON(into: &buffer) }
    }
    buffer.append(UInt8(ascii: "}"))
  }

  mutating func decodeJSON(_ bytes: Span<UInt8>) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    try scanner.checkStart()
    var status = self
    try scanner.readObject { (key, scanner) throws(JSONError) in
      if scanner.matches(key, "code") {
        status.code = GRPCStatusCode(rawValue: Int(try scanner.readInt64())) ?? .unknown
      } else if scanner.matches(key, "message") {
        status.message = try scanner.readText()
      } else if scanner.matches(key, "details") {
        try scanner.readArray { (scanner) throws(JSONError) in
          let detail = try Detail(json: &scanner)
          if let detail, status.details.count < RPCStatus.maximumDetailCount {
            status.details.append(detail)
          }
        }
      } else {
        try scanner.skipValue(depth: 1)
      }
    }
    try scanner.checkEnd()
    self = status
  }
}

extension RPCStatus.Detail {
  fileprivate func encodeJSON(into buffer: inout ByteBuffer) {
    buffer.append("{\"@type\":\"\(typeURL)\"," as String)
    switch self {
    case .retryInfo(let delay):
      buffer.append("\"retryDelay\":\"" as StaticString)
      delay.appendRPCText(to: &buffer)
      buffer.append(UInt8(ascii: "\""))
    case .badRequest(let violations):
      buffer.append("\"fieldViolations\":" as StaticString)
      buffer.appendJSONArray(violations) { violation, buffer in
        buffer.append("{\"field\":" as StaticString)
        buffer.appendJSONString(violation.field.utf8Span.span)
        buffer.append(",\"description\":" as StaticString)
        buffer.appendJSONString(violation.description.utf8Span.span)
        buffer.append(UInt8(ascii: "}"))
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Reads a detail in any order of its keys; nil where it is of another type.
  fileprivate init?(json scanner: inout JSONScanner) throws(JSONError) {
    var isRetryInfo = false
    var isBadRequest = false
    var delay = Duration.zero
    var violations: [RPCStatus.FieldViolation] = []
    try scanner.readObject { (key, scanner) throws(JSONError) in
      if scanner.matches(key, "@type") {
        let url = Array(try scanner.readText().utf8)
        isRetryInfo = url.span.hasTypeName("google.rpc.RetryInfo")
        isBadRequest = url.span.hasTypeName("google.rpc.BadRequest")
      } else if scanner.matches(key, "retryDelay"), try scanner.peek() == .string {
        let text = scanner.bytes.extracting(try scanner.scanString().range)
        delay = Duration(rpcText: text) ?? .zero
      } else if scanner.matches(key, "fieldViolations"), try scanner.peek() == .array {
        violations = try Self.violations(&scanner)
      } else {
        try scanner.skipValue(depth: 3)
      }
    }
    if isRetryInfo {
      self = .retryInfo(delay)
    } else if isBadRequest {
      self = .badRequest(violations)
    } else {
      return nil
    }
  }

  private static func violations(
    _ scanner: inout JSONScanner
  ) throws(JSONError) -> [RPCStatus.FieldViolation] {
    var violations: [RPCStatus.FieldViolation] = []
    try scanner.readArray { (scanner) throws(JSONError) in
      var violation = RPCStatus.FieldViolation(field: "", description: "")
      try scanner.readObject { (key, scanner) throws(JSONError) in
        if scanner.matches(key, "field") {
          violation.field = try scanner.readText()
        } else if scanner.matches(key, "description") {
          violation.description = try scanner.readText()
        } else {
          try scanner.skipValue(depth: 5)
        }
      }
      if violations.count < RPCStatus.maximumDetailCount { violations.append(violation) }
    }
    return violations
  }
}

extension ByteBuffer {
  /// Appends a JSON array, whose elements `body` appends.
  fileprivate mutating func appendJSONArray<Element>(
    _ elements: [Element], _ body: (Element, inout ByteBuffer) -> Void
  ) {
    append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      body(element, &self)
    }
    append(UInt8(ascii: "]"))
  }
}
