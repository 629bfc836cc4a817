import Bytes
import Telemetry

/// Makes small requests, valid but for what a test asks.
enum RequestBuilder {
  /// A request of one resource and one scope with these items, each the fields of a message.
  static func request(
    items: [[UInt8]], resource: [UInt8] = [], scope: [UInt8] = []
  ) -> [UInt8] {
    var scopes = field(1, scope)
    for item in items { scopes += field(2, item) }
    return field(1, field(1, resource) + field(2, scopes) + field(3, Array("schema".utf8)))
  }

  /// A metrics request of one metric with these data points in field `kind`.
  static func metrics(kind: Int, points: [[UInt8]], name: [UInt8] = Array("m".utf8)) -> [UInt8] {
    var data: [UInt8] = []
    for point in points { data += field(1, point) }
    data += [0x10, 2]
    return request(items: [field(1, name) + field(kind, data)])
  }

  /// A length-delimited field.
  static func field(_ number: Int, _ value: [UInt8]) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.appendField(number, bytes: value.span)
    return buffer.takeSlice().array
  }

  /// A span with these ids and this name.
  static func span(
    trace: [UInt8] = [UInt8](repeating: 1, count: 16),
    id: [UInt8] = [UInt8](repeating: 2, count: 8),
    parent: [UInt8] = [], name: [UInt8] = Array("name".utf8), more: [UInt8] = []
  ) -> [UInt8] {
    field(1, trace) + field(2, id) + field(4, parent) + field(5, name) + more
  }
}
