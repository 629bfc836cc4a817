public import Bytes
internal import GRPC

extension RPCStatus {
  static let retryInfoURL = "type.googleapis.com/google.rpc.RetryInfo"
  static let badRequestURL = "type.googleapis.com/google.rpc.BadRequest"

  /// The most details and violations that are kept of a status from elsewhere.
  static let maximumDetailCount = 64

  /// Appends the status in `encoding`.
  public func encode(as encoding: OTLPEncoding, into buffer: inout ByteBuffer) {
    switch encoding {
    case .protobuf: encodeWire(into: &buffer)
    case .json: encodeJSON(into: &buffer)
    }
  }

  /// The status that `bytes` hold in `encoding`, nil where they hold none.
  ///
  /// The caller bounds the number of bytes; at most 64 details and violations are kept.
  public init?(_ bytes: Span<UInt8>, as encoding: OTLPEncoding) {
    self.init(.ok)
    switch encoding {
    case .protobuf:
      guard (try? decodeWire(bytes)) != nil else { return nil }
    case .json:
      guard (try? decodeJSON(bytes)) != nil else { return nil }
    }
  }

  private func encodeWire(into buffer: inout ByteBuffer) {
    if code != .ok { buffer.appendField(1, varint: UInt64(code.rawValue)) }
    if !message.isEmpty { buffer.appendField(2, text: message) }
    for detail in details {
      buffer.appendField(3) { buffer in
        buffer.appendField(1, text: detail.typeURL)
        buffer.appendField(2) { detail.encodeWire(into: &$0) }
      }
    }
  }

  private mutating func decodeWire(_ bytes: Span<UInt8>) throws(WireError) {
    var reader = WireReader(bytes)
    while let field = try reader.nextField() {
      switch (field.number, field.type) {
      case (1, .varint):
        let value = Int32(truncatingIfNeeded: try reader.readVarint())
        code = GRPCStatusCode(rawValue: Int(value)) ?? .unknown
      case (2, .length):
        message = String(copying: bytes.extracting(try reader.readLength()))
      case (3, .length):
        let any = bytes.extracting(try reader.readLength())
        if let detail = try Detail(any: any), details.count < RPCStatus.maximumDetailCount {
          details.append(detail)
        }
      default: try reader.skip(field.type)
      }
    }
  }
}

extension RPCStatus.Detail {
  var typeURL: String {
    switch self {
    case .retryInfo: RPCStatus.retryInfoURL
    case .badRequest: RPCStatus.badRequestURL
    }
  }

  fileprivate func encodeWire(into buffer: inout ByteBuffer) {
    switch self {
    case .retryInfo(let delay):
      buffer.appendField(1) { buffer in
        let (seconds, attoseconds) = delay.components
        let nanoseconds = attoseconds / 1_000_000_000
        if seconds != 0 { buffer.appendField(1, varint: UInt64(bitPattern: seconds)) }
        if nanoseconds != 0 { buffer.appendField(2, varint: UInt64(bitPattern: nanoseconds)) }
      }
    case .badRequest(let violations):
      for violation in violations {
        buffer.appendField(1) { buffer in
          if !violation.field.isEmpty { buffer.appendField(1, text: violation.field) }
          if !violation.description.isEmpty {
            buffer.appendField(2, text: violation.description)
          }
        }
      }
    }
  }

  /// The detail in a `google.protobuf.Any`, nil where it is of another type.
  fileprivate init?(any: Span<UInt8>) throws(WireError) {
    var url = 0..<0
    var value = 0..<0
    var reader = WireReader(any)
    while let field = try reader.nextField() {
      switch (field.number, field.type) {
      case (1, .length): url = try reader.readLength()
      case (2, .length): value = try reader.readLength()
      default: try reader.skip(field.type)
      }
    }
    // Only what stands behind the last slash names the type.
    let text = any.extracting(url)
    if text.hasTypeName("google.rpc.RetryInfo") {
      self = .retryInfo(try Self.retryDelay(any.extracting(value)))
    } else if text.hasTypeName("google.rpc.BadRequest") {
      self = .badRequest(try Self.violations(any.extracting(value)))
    } else {
      return nil
    }
  }

  private static func retryDelay(_ bytes: Span<UInt8>) throws(WireError) -> Duration {
    var delay = Duration.zero
    var reader = WireReader(bytes)
    while let field = try reader.nextField() {
      guard field == WireField(number: 1, type: .length) else {
        try reader.skip(field.type)
        continue
      }
      var duration = WireReader(bytes, in: try reader.readLength())
      var seconds: Int64 = 0
      var nanoseconds: Int64 = 0
      while let field = try duration.nextField() {
        switch (field.number, field.type) {
        case (1, .varint): seconds = Int64(bitPattern: try duration.readVarint())
        case (2, .varint): nanoseconds = Int64(bitPattern: try duration.readVarint())
        default: try duration.skip(field.type)
        }
      }
      delay = Duration(rpcSeconds: seconds, nanoseconds: nanoseconds)
    }
    return delay
  }

  private static func violations(
    _ bytes: Span<UInt8>
  ) throws(WireError) -> [RPCStatus.FieldViolation] {
    var violations: [RPCStatus.FieldViolation] = []
    var reader = WireReader(bytes)
    while let field = try reader.nextField() {
      guard field == WireField(number: 1, type: .length) else {
        try reader.skip(field.type)
        continue
      }
      let violation = try Self.violation(WireReader(bytes, in: try reader.readLength()))
      if violations.count < RPCStatus.maximumDetailCount { violations.append(violation) }
    }
    return violations
  }

  private static func violation(
    _ start: WireReader
  ) throws(WireError) -> RPCStatus.FieldViolation {
    var violation = RPCStatus.FieldViolation(field: "", description: "")
    var reader = start
    while let field = try reader.nextField() {
      switch (field.number, field.type) {
      case (1, .length):
        violation.field = String(copying: reader.bytes.extracting(try reader.readLength()))
      case (2, .length):
        violation.description = String(copying: reader.bytes.extracting(try reader.readLength()))
      default: try reader.skip(field.type)
      }
    }
    return violation
  }
}

extension Span where Element == UInt8 {
  /// Whether these are `typeName` or end in a slash and `typeName`.
  func hasTypeName(_ typeName: StaticString) -> Bool {
    let start = count - typeName.utf8CodeUnitCount
    guard start >= 0, start == 0 || self[start - 1] == UInt8(ascii: "/") else { return false }
    return extracting(start..<count).isEqual(to: typeName)
  }
}
