internal import Bytes
internal import Diagnostics

/// What requests of own logs and own metrics have alike.
enum OwnScope {
  /// Appends field 1 of `ResourceLogs` or `ResourceMetrics`.
  static func append(resource: [(key: String, value: String)], to request: inout ByteBuffer) {
    request.appendField(1) { message in
      for (key, value) in resource { append(1, key, .string(value), to: &message) }
    }
  }

  /// Appends field 1 of `ScopeLogs` or `ScopeMetrics`.
  static func appendScope(to scoped: inout ByteBuffer) {
    scoped.appendField(1) { scope in
      scope.appendField(1, text: "swiftlet")
      scope.appendField(2, text: Version.number)
    }
  }

  /// Appends a `KeyValue` as field `number`.
  static func append(
    _ number: Int, _ key: String, _ value: LogValue, to buffer: inout ByteBuffer
  ) {
    buffer.appendField(number) { pair in
      pair.appendField(1, text: key)
      pair.appendField(2) { any in
        switch value {
        case .string(let text): any.appendField(1, text: text)
        case .bool(let value): any.appendField(2, varint: value ? 1 : 0)
        case .int(let value): any.appendField(3, varint: UInt64(bitPattern: Int64(value)))
        case .double(let value): any.appendField(4, double: value)
        }
      }
    }
  }
}
