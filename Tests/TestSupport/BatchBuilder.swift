public import Bytes
public import Telemetry

/// Builds OTLP export requests field by field, without the code under test.
public enum BatchBuilder {
  /// The trace id of every span: bytes 1 to 16.
  public static let traceID = (1...16).map { UInt8($0) }
  /// The start time of the first item: 2023-11-14 22:13:20 UTC, in nanoseconds.
  public static let startTime: UInt64 = 1_700_000_000_000_000_000

  /// A payload of `count` items of `signal` under one resource and one scope.
  public static func payload(
    _ signal: Signal, _ count: Int, service: String = "shop",
    attributes: [(String, String)] = []
  ) -> Payload {
    var buffer = ByteBuffer(minimumCapacity: 128 * count + 256)
    buffer.appendField(1) { resource in
      resource.appendField(1) { body in
        appendAttribute(&body, 1, "service.name", service)
        for (key, value) in attributes { appendAttribute(&body, 1, key, value) }
      }
      resource.appendField(2) { scope in
        scope.appendField(1) { body in
          body.appendField(1, text: "builder")
          body.appendField(2, text: "1.0")
        }
        for index in 0..<count { appendItem(&scope, signal, index) }
      }
    }
    return Payload(buffer.takeSlice(), itemCount: count)
  }

  /// A batch of `count` spans.
  public static func spans(
    _ count: Int, service: String = "shop", origin: Origin = Origin(),
    delivery: Delivery = .unobserved
  ) -> TelemetryBatch {
    batch(.traces, count, service: service, origin: origin, delivery: delivery)
  }

  /// A batch of `count` log records.
  public static func logRecords(
    _ count: Int, service: String = "shop", origin: Origin = Origin(),
    delivery: Delivery = .unobserved
  ) -> TelemetryBatch {
    batch(.logs, count, service: service, origin: origin, delivery: delivery)
  }

  /// A batch of `count` data points of one sum.
  public static func dataPoints(
    _ count: Int, service: String = "shop", origin: Origin = Origin(),
    delivery: Delivery = .unobserved
  ) -> TelemetryBatch {
    batch(.metrics, count, service: service, origin: origin, delivery: delivery)
  }

  /// A batch of `count` items of `signal`.
  public static func batch(
    _ signal: Signal, _ count: Int, service: String = "shop", origin: Origin = Origin(),
    delivery: Delivery = .unobserved
  ) -> TelemetryBatch {
    TelemetryBatch(
      signal: signal, payload: payload(signal, count, service: service), origin: origin,
      delivery: delivery)
  }

  /// Appends a `KeyValue` with a string value as field `number`.
  public static func appendAttribute(
    _ buffer: inout ByteBuffer, _ number: Int, _ key: String, _ value: String
  ) {
    buffer.appendField(number) { pair in
      pair.appendField(1, text: key)
      pair.appendField(2) { $0.appendField(1, text: value) }
    }
  }

  private static func appendItem(_ scope: inout ByteBuffer, _ signal: Signal, _ index: Int) {
    switch signal {
    case .traces: scope.appendField(2) { appendSpan(&$0, index) }
    case .logs: scope.appendField(2) { appendLogRecord(&$0, index) }
    case .metrics:
      // One metric a point, so that points can be told apart by name.
      scope.appendField(2) { appendMetric(&$0, index) }
    case .profiles: scope.appendField(2) { $0.appendField(2) { _ in } }
    }
  }

  private static func appendSpan(_ span: inout ByteBuffer, _ index: Int) {
    span.appendField(1, bytes: traceID.span)
    span.appendField(2, bytes: spanID(index).span)
    span.appendField(5, text: "span-\(index)")
    span.appendField(6, varint: 2)
    appendTime(&span, 7, startTime + UInt64(index))
    appendTime(&span, 8, startTime + UInt64(index) + 1_000_000)
    appendAttribute(&span, 9, "http.request.method", "GET")
  }

  private static func appendLogRecord(_ record: inout ByteBuffer, _ index: Int) {
    appendTime(&record, 1, startTime + UInt64(index))
    record.appendField(2, varint: 9)
    record.appendField(3, text: "INFO")
    record.appendField(5) { $0.appendField(1, text: "record \(index)") }
    appendAttribute(&record, 6, "code.function.name", "main")
    appendTime(&record, 11, startTime + UInt64(index))
  }

  private static func appendMetric(_ metric: inout ByteBuffer, _ index: Int) {
    metric.appendField(1, text: "metric-\(index)")
    metric.appendField(3, text: "1")
    metric.appendField(7) { sum in
      sum.appendField(1) { point in
        appendTime(&point, 3, startTime)
        point.appendTag(6, .fixed64)
        point.appendFixed64(UInt64(index))
        appendAttribute(&point, 7, "host.name", "a")
      }
      sum.appendField(2, varint: 2)
      sum.appendField(3, varint: 1)
    }
  }

  private static func appendTime(_ buffer: inout ByteBuffer, _ number: Int, _ time: UInt64) {
    buffer.appendTag(number, .fixed64)
    buffer.appendFixed64(time)
  }

  private static func spanID(_ index: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: (index + 1) >> (8 * (7 - $0))) }
  }
}
