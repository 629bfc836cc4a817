internal import Bytes
internal import Diagnostics

/// Own log lines as an OTLP request; opentelemetry/proto/collector/logs/v1/logs_service.proto.
enum OwnLogRequest {
  /// A line and its time.
  struct Line: Sendable {
    let entry: LogEntry
    let time: WallTime
  }

  /// The protobuf bytes of a request with these lines.
  static func encode(
    _ lines: some Sequence<Line>, resource: [(key: String, value: String)]
  ) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 4096)
    buffer.appendField(1) { request in
      OwnScope.append(resource: resource, to: &request)
      request.appendField(2) { scoped in
        OwnScope.appendScope(to: &scoped)
        for line in lines {
          scoped.appendField(2) { record in append(line, to: &record) }
        }
      }
    }
    return buffer.takeSlice()
  }

  private static func append(_ line: Line, to record: inout ByteBuffer) {
    let time = UInt64(clamping: line.time.milliseconds) * 1_000_000
    record.appendField(1, fixed64: time)
    record.appendField(2, varint: severity(of: line.entry.level))
    record.appendField(3, text: line.entry.level.rawValue)
    record.appendField(5) { body in body.appendField(1, text: line.entry.message) }
    for field in line.entry.fields { OwnScope.append(6, field.key, field.value, to: &record) }
    record.appendField(11, fixed64: time)
  }

  /// The severity number of the data model.
  private static func severity(of level: LogLevel) -> UInt64 {
    switch level {
    case .debug: 5
    case .info: 9
    case .warn: 13
    case .error: 17
    }
  }
}
