public import Bytes
public import Telemetry

extension ExportResponse {
  /// The most bytes of `message` that are written, so that responses stay far below 4 MiB; OTLP,
  /// "OTLP/gRPC Response".
  ///
  /// In JSON a byte may become six.
  static let maximumMessageByteCount = 64 * 1024

  /// Appends the response in `encoding`; full success is no bytes in protobuf and `{}` in JSON.
  ///
  /// A message of more than 64 KiB is cut.
  public func encode(
    for signal: Signal, as encoding: OTLPEncoding, into buffer: inout ByteBuffer
  ) {
    let message = message.prefix(utf8Count: ExportResponse.maximumMessageByteCount)
    switch encoding {
    case .protobuf: encodeWire(message, into: &buffer)
    case .json: encodeJSON(message, for: signal, into: &buffer)
    }
  }

  private func encodeWire(_ message: String, into buffer: inout ByteBuffer) {
    guard !isFullSuccess else { return }
    buffer.appendField(1) { buffer in
      if rejectedItemCount != 0 {
        buffer.appendField(1, varint: UInt64(bitPattern: rejectedItemCount))
      }
      if !message.isEmpty { buffer.appendField(2, text: message) }
    }
  }

  private func encodeJSON(_ message: String, for signal: Signal, into buffer: inout ByteBuffer) {
    guard !isFullSuccess else { return buffer.append("{}" as StaticString) }
    buffer.append("{\"partialSuccess\":{" as StaticString)
    if rejectedItemCount != 0 {
      buffer.append("\"\(ExportResponse.rejectedKey(signal))\":\"" as String)
      buffer.appendDecimal(rejectedItemCount)
      buffer.append("\"" as StaticString)
    }
    if !message.isEmpty {
      if rejectedItemCount != 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.append("\"errorMessage\":" as StaticString)
      buffer.appendJSONString(message.utf8Span.span)
    }
    buffer.append("}}" as StaticString)
  }

  private static func rejectedKey(_ signal: Signal) -> StaticString {
    switch signal {
    case .traces: "rejectedSpans"
    case .metrics: "rejectedDataPoints"
    case .logs: "rejectedLogRecords"
    case .profiles: "rejectedProfiles"
    }
  }

  /// The response that `bytes` hold in `encoding`, nil where they hold none.
  ///
  /// Unknown fields are ignored. The caller bounds the number of bytes; OTLP says 4 MiB.
  public init?(_ bytes: Span<UInt8>, for signal: Signal, as encoding: OTLPEncoding) {
    self.init()
    switch encoding {
    case .protobuf:
      guard (try? decodeWire(bytes)) != nil else { return nil }
    case .json:
      // A body without a byte is what some servers send for success.
      guard bytes.count > 0 else { return }
      guard (try? decodeJSON(bytes, signal)) != nil else { return nil }
    }
  }

  private mutating func decodeWire(_ bytes: Span<UInt8>) throws(WireError) {
    var reader = WireReader(bytes)
    while let field = try reader.nextField() {
      guard field == WireField(number: 1, type: .length) else {
        try reader.skip(field.type)
        continue
      }
      try decodePartialSuccess(WireReader(bytes, in: try reader.readLength()))
    }
  }

  private mutating func decodePartialSuccess(_ start: WireReader) throws(WireError) {
    var reader = start
    while let field = try reader.nextField() {
      switch (field.number, field.type) {
      case (1, .varint):
        rejectedItemCount = Int64(bitPattern: try reader.readVarint())
      case (2, .length):
        message = String(copying: reader.bytes.extracting(try reader.readLength()))
      default: try reader.skip(field.type)
      }
    }
  }

  private mutating func decodeJSON(_ bytes: Span<UInt8>, _ signal: Signal) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    try scanner.checkStart()
    var response = self
    try scanner.readObject { (key, scanner) throws(JSONError) in
      guard scanner.matches(key, "partialSuccess") else { return try scanner.skipValue(depth: 1) }
      try scanner.readObject { (key, scanner) throws(JSONError) in
        if scanner.matches(key, ExportResponse.rejectedKey(signal)) {
          response.rejectedItemCount = try scanner.readInt64()
        } else if scanner.matches(key, "errorMessage") {
          response.message = try scanner.readText()
        } else {
          try scanner.skipValue(depth: 2)
        }
      }
    }
    try scanner.checkEnd()
    self = response
  }
}
