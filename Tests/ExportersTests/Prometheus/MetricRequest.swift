import Bytes
import Telemetry

/// Builds metric requests field by field, without the code under test.
struct MetricRequest {
  typealias Labels = KeyValuePairs<String, String>

  private var metrics: [ByteSlice] = []
  var resource: [(String, String)] = [("service.name", "shop")]
  var scope = ""
  var scopeAttributes: [(String, String)] = []

  /// The time of a point that names none, in nanoseconds.
  static let time: UInt64 = 1_700_000_000_000_000_000

  private mutating func add(
    _ name: String, _ unit: String, _ help: String, _ field: Int, hint: String = "",
    _ data: (inout ByteBuffer) -> Void
  ) {
    var buffer = ByteBuffer()
    buffer.appendField(1, text: name)
    buffer.appendField(2, text: help)
    buffer.appendField(3, text: unit)
    buffer.appendField(field, data)
    if !hint.isEmpty { Self.attribute(&buffer, 12, "prometheus.type", hint) }
    metrics.append(buffer.takeSlice())
  }

  mutating func gauge(
    _ name: String, _ value: Double, _ labels: Labels = [:], unit: String = "", help: String = "",
    time: UInt64 = Self.time, flags: UInt64 = 0, hint: String = ""
  ) {
    add(name, unit, help, 5, hint: hint) { gauge in
      gauge.appendField(1) { Self.point(&$0, value, labels, time: time, flags: flags) }
    }
  }

  mutating func sum(
    _ name: String, _ value: Double, _ labels: Labels = [:], unit: String = "",
    temporality: UInt64 = 2, isMonotonic: Bool = true, time: UInt64 = Self.time, start: UInt64 = 0,
    exemplar: Double? = nil
  ) {
    add(name, unit, "", 7) { sum in
      sum.appendField(1) {
        Self.point(&$0, value, labels, time: time, start: start, exemplar: exemplar)
      }
      sum.appendField(2, varint: temporality)
      sum.appendField(3, varint: isMonotonic ? 1 : 0)
    }
  }

  mutating func histogram(
    _ name: String, _ counts: [UInt64], _ bounds: [Double], sum: Double, _ labels: Labels = [:],
    temporality: UInt64 = 2, time: UInt64 = Self.time
  ) {
    add(name, "", "", 9) { histogram in
      histogram.appendField(1) { point in
        Self.fixed(&point, 3, time)
        Self.fixed(&point, 4, counts.reduce(0, &+))
        Self.fixed(&point, 5, sum.bitPattern)
        for count in counts { Self.fixed(&point, 6, count) }
        for bound in bounds { Self.fixed(&point, 7, bound.bitPattern) }
        for (key, value) in labels { Self.attribute(&point, 9, key, value) }
      }
      histogram.appendField(2, varint: temporality)
    }
  }

  mutating func exponential(
    _ name: String, scale: Int32, offset: Int32, _ counts: [UInt64], zeros: UInt64 = 0,
    negative: [UInt64] = [], temporality: UInt64 = 2, time: UInt64 = Self.time
  ) {
    add(name, "", "", 10) { histogram in
      histogram.appendField(1) { point in
        Self.fixed(&point, 3, time)
        Self.fixed(&point, 4, counts.reduce(zeros, +) + negative.reduce(0, +))
        Self.fixed(&point, 5, (10.0).bitPattern)
        point.appendField(6, varint: Self.zigzag(scale))
        Self.fixed(&point, 7, zeros)
        for (field, buckets) in [(8, counts), (9, negative)] where !buckets.isEmpty {
          point.appendField(field) { body in
            body.appendField(1, varint: Self.zigzag(offset))
            body.appendField(2) { packed in for count in buckets { packed.appendVarint(count) } }
          }
        }
      }
      histogram.appendField(2, varint: temporality)
    }
  }

  mutating func summary(_ name: String, _ quantiles: [(Double, Double)], _ labels: Labels = [:]) {
    add(name, "", "", 11) { summary in
      summary.appendField(1) { point in
        Self.fixed(&point, 3, Self.time)
        Self.fixed(&point, 4, 4)
        Self.fixed(&point, 5, (8.0).bitPattern)
        for (quantile, value) in quantiles {
          point.appendField(6) { body in
            Self.fixed(&body, 1, quantile.bitPattern)
            Self.fixed(&body, 2, value.bitPattern)
          }
        }
        for (key, value) in labels { Self.attribute(&point, 7, key, value) }
      }
    }
  }

  /// The request's bytes.
  var payload: Payload {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { body in
        for (key, value) in resource { Self.attribute(&body, 1, key, value) }
      }
      group.appendField(2) { body in
        body.appendField(1) { part in
          part.appendField(1, text: scope)
          for (key, value) in scopeAttributes { Self.attribute(&part, 3, key, value) }
        }
        for metric in metrics { body.appendField(2, bytes: metric.span) }
      }
    }
    return Payload(buffer.takeSlice(), itemCount: metrics.count)
  }

  private static func point(
    _ point: inout ByteBuffer, _ value: Double, _ labels: Labels, time: UInt64, start: UInt64 = 0,
    flags: UInt64 = 0, exemplar: Double? = nil
  ) {
    fixed(&point, 2, start)
    fixed(&point, 3, time)
    fixed(&point, 4, value.bitPattern)
    if let exemplar {
      point.appendField(5) { body in
        fixed(&body, 2, time)
        fixed(&body, 3, exemplar.bitPattern)
        body.appendField(4, bytes: [UInt8](repeating: 1, count: 8).span)
        body.appendField(5, bytes: [UInt8](repeating: 2, count: 16).span)
      }
    }
    for (key, value) in labels { attribute(&point, 7, key, value) }
    if flags > 0 { point.appendField(8, varint: flags) }
  }

  private static func fixed(_ buffer: inout ByteBuffer, _ number: Int, _ bits: UInt64) {
    buffer.appendTag(number, .fixed64)
    buffer.appendFixed64(bits)
  }

  private static func zigzag(_ value: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31)))
  }

  private static func attribute(
    _ buffer: inout ByteBuffer, _ number: Int, _ key: String, _ value: String
  ) {
    buffer.appendField(number) { pair in
      pair.appendField(1, text: key)
      pair.appendField(2) { $0.appendField(1, text: value) }
    }
  }
}
